package calls

// What shows the data and the state behind a descriptor.
var inspectCalls = []Call{
	{
		Name: "hexdump", Man: "hexdump(1)", Class: Inspect, Native: true,
		Params:  P{Bytes("data"), Size("width").Or(16)},
		Answers: A{{"text", KindText}},
		Doc:     "Write data as hexdump -C does: offset, bytes, characters; width bytes a line (1 to 256).",
		Example: "print(hexdump(\"GET /\", 8))\n--> 00000000  47 45 54 20 2f           |GET /|\n--> 00000005",
	},
}

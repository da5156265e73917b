package calls

import "golang.org/x/sys/unix"

// What the shell adds to the calls. Package repl has the functions.
var shellCalls = []Call{
	{
		Name: "help", Class: Shell, Native: true,
		Params:  P{Value("topic").Opt()},
		Answers: A{{"text", KindBytes}},
		Doc:     "Explain a call, a constant, a module, a demo or a word; without an argument, where to begin.",
		Notes: []string{
			"At the prompt recv? and help recv are help(recv). What no topic is named after is searched for: help \"nonblocking\".",
		},
		Example: "help(recv)\nhelp \"SO_REUSEADDR\"",
	},
	{
		Name: "guide", Class: Shell, Native: true,
		Params: P{Int("chapter").As("number of a chapter").Opt()},
		Doc:    "Read the guide at the prompt: a lecture on sockets whose lines are offered to be typed.",
		Notes: []string{
			"Without a number it goes on with the chapter that Ctrl-C ended, else it shows the contents. Enter types the line that is offered; a letter takes its place, and it is offered again after that; Ctrl-C on the line ends the reading.",
		},
		Example: "guide(1)",
	},
	{
		Name: "show", Class: Shell, Native: true,
		Params: P{Rest("values")},
		Doc:    "Print values as the prompt shows them: what a table holds, what is in a string, what a number is the name of.",
		Notes: []string{
			"It writes one line to descriptor 1, as print does; a table that has no room on it takes several. At most 100 entries of a table are shown, tables in tables 4 deep, and 400 bytes of a string; bytes that a terminal would obey are escaped.",
			"An address, and what else has a __tostring, is shown as that says.",
		},
		Example: "show(recvmsg(fd, 100))",
	},
	{
		Name: "where", Class: Shell, Native: true,
		Answers: A{{"frames", KindTable}},
		Doc:     "Answer the stack as it was at the last error or Ctrl-C: a table that prints as text.",
		Notes: []string{
			"frames[1] is the innermost: {source=, line=, name=, locals={{name=, value=}, ...}}.",
			"A function that was interrupted is gone, its values are not: mend the function, and call it again.",
		},
		Example: "where()",
	},
	{
		Name: "save", Class: Shell, Native: true,
		Params:  P{Path("path"), Value("overwrite").Opt()},
		Answers: A{{"path", KindPath}},
		Doc:     "Write what was typed in this session and worked, in order, as a script that runs.",
		Notes: []string{
			"Input that failed is left out. What Ctrl-C ended stands as a comment, but for the last such input where it is more than one call, a server's loop: that stands in its place and runs.",
			"An expression that is no statement (40 + 2) stands as a comment. A local at the prompt is a variable of the session, and a global of the script.",
			"A file that this session did not write is overwritten only if the second argument is true.",
		},
		Errs:    E{{unix.ENOENT, "there is no such folder"}, {unix.EACCES, "the permissions refuse it"}},
		Example: "save \"server.lua\"",
	},
	{
		Name: "run", Class: Shell, Native: true,
		Params:  P{Path("file"), Rest("args")},
		Answers: A{{"results", KindValue}},
		Doc:     "Run a file, or a demo that is built in, in this session: its globals stay.",
		Notes: []string{
			"The table arg holds the arguments meanwhile. An error of the script is raised.",
			"Ctrl-C ends the script, and sends SIGINT to the processes that it has started; what it has opened stays open, but for the descriptors that are keys of the table arg.closing, if it has set one.",
		},
		Example: "run(\"http_get\", \"127.0.0.1\", 8000, \"/\")",
	},
	{
		Name: "edit", Class: Shell, Native: true,
		Params: P{Value("what").Opt()},
		Doc:    "Open $VISUAL or $EDITOR on the last input, on a function or on a file, and run what comes back.",
		Notes: []string{
			"edit(handler) and edit \"handler\" open the source of a function, edit \"server.lua\" a file, which is saved there.",
			"Text that comes back unchanged, and text that is empty, is not run; but a file is.",
		},
		Example: "edit(handler)",
	},
	{
		Name: "reset", Class: Shell, Native: true,
		Doc:     "End the session's threads, close the descriptors that it opened, clear its globals, and forget its input.",
		Notes:   []string{"What was open, and what was defined, when the session began stays. What files of the io library hold back is written."},
		Errs:    E{{unix.EBUSY, "a thread has not ended within a second: it is in one long call of Lua's own library"}},
		Example: "reset()",
	},
	quitRow("exit"),
	quitRow("quit"),
}

// quitRow is the row of exit and quit.
func quitRow(name string) Call {
	return Call{
		Name: name, Class: Shell, Native: true,
		Params:  P{Int("status").Or(0)},
		Doc:     "End the program, with the terminal as it was found. So does Ctrl-D on an empty line.",
		Example: name + "()",
	}
}

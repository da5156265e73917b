// Go's runtime would keep the files of the container's processor limits open, as
// descriptors 3 and 4; the first socket of a session is 3.
//
//go:debug containermaxprocs=0

// Command sockrepl is a scriptable socket REPL: the Berkeley socket calls as Lua
// functions over real descriptors.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"sockrepl/bindings"
	"sockrepl/bindings/kernel"
	"sockrepl/repl"
)

const usage = `usage: sockrepl [options] [script [args]]

  -e CHUNK           run the Lua chunk
  -l MODULE          require the module first
  -i                 a prompt afterwards
  -v                 print the version
  -                  run standard input as a script
  --                 end of the options
  --demos            list the scripts that are built in; sockrepl NAME runs one
  --max-memory=512M  what Lua may hold (1G, or half the machine's if less)
  --trace[=FILE]     write each call, as strace does, to standard error or FILE
  --no-init          the prompt does not run $XDG_CONFIG_HOME/sockrepl/init.lua
  --help             this text

Without a script: a prompt on a terminal; else standard input is the script.
`

func main() {
	os.Exit(run(os.Args))
}

// run does what the command line says, and answers the exit status.
func run(args []string) int {
	o, err := parse(args)
	switch {
	case err != nil:
		fmt.Fprintf(os.Stderr, "sockrepl: %v (sockrepl --help shows the options)\n", err)
		return 1
	case o.help:
		fmt.Print(usage)
		return 0
	case o.demos:
		fmt.Print(repl.Demos())
		return 0
	}
	session, err := repl.NewSession(repl.Config{
		Memory: bindings.LimitMemory(o.memory),
		Args:   args,
		Script: o.script,
		Steps:  o.steps,
		Prompt: o.interactive,
		NoInit: o.noInit,
	})
	if err != nil {
		fmt.Fprintf(os.Stderr, "sockrepl: %v\n", err)
		return 1
	}
	defer session.Close()
	return session.Run()
}

// options are what a command line says.
type options struct {
	steps       []repl.Step // what to run, in order
	interactive bool        // a prompt at the end
	script      int         // where the script stands in the arguments; len if nowhere
	memory      int64
	child       bool // this is a child of spawn, with a luggage: see spawned
	help, demos bool
	noInit      bool
}

// parse reads the command line as lua does: options end at the first word that is
// none, which is the script; -e and -l may have their value attached.
func parse(args []string) (options, error) {
	o := options{script: len(args), memory: bindings.DefaultMemory()}
	alone := true // nothing said what to run: a prompt, or standard input
	i := 1
	for ; i < len(args) && len(args[i]) > 1 && args[i][0] == '-'; i++ {
		if args[i] == "--" {
			i++
			break
		}
		word := args[i]
		used, err := o.option(args[i:])
		if err != nil {
			return o, err
		}
		i += used
		alone = alone && (strings.HasPrefix(word, "--") || strings.HasPrefix(word, "-l"))
	}
	switch {
	case o.child: // words that follow are for ps
	case i < len(args):
		o.script = i
		o.steps = append(o.steps, repl.Step{Kind: repl.Script, Text: args[i], Args: args[i+1:]})
	case alone && kernel.IsTerminal(0):
		o.interactive = true
	case alone:
		o.steps = append(o.steps, repl.Step{Kind: repl.Script, Text: "-"})
	}
	return o, nil
}

// The two options that a child of spawn gets are carried out while they are read, so that the
// descriptors which they name are gone before Lua runs.

// spawned takes what the parent process has packed.
func (o *options) spawned(fd string) error {
	n, err := strconv.Atoi(fd)
	if err != nil || n < 0 {
		return fmt.Errorf("%s is for children of spawn", bindings.SpawnedOption)
	}
	luggage, err := kernel.TakeInput(n)
	if err != nil {
		return fmt.Errorf("%s%s: %w", bindings.SpawnedOption, fd, err)
	}
	o.child = true
	o.steps = append(o.steps, repl.Step{Kind: repl.Spawned, Text: string(luggage)})
	return nil
}

// recorded has the parent process record what is called here.
func recorded(fd string) error {
	n, err := strconv.Atoi(fd)
	if err != nil || n < 0 {
		return fmt.Errorf("%s is for children of spawn", bindings.RecordedOption)
	}
	return bindings.JoinRecording(n)
}

// option reads one option, and answers how many words after it belong to it.
func (o *options) option(args []string) (int, error) {
	arg := args[0]
	switch {
	case arg == "-i":
		o.interactive = true
	case arg == "-v":
		o.steps = append(o.steps, repl.Step{Kind: repl.Chunk, Text: repl.PrintVersion})
	case arg == "--help" || arg == "-h":
		o.help = true
	case arg == "--no-init":
		o.noInit = true
	case arg == "--demos":
		o.demos = true
	case strings.HasPrefix(arg, bindings.SpawnedOption):
		return 0, o.spawned(strings.TrimPrefix(arg, bindings.SpawnedOption))
	case strings.HasPrefix(arg, bindings.RecordedOption):
		return 0, recorded(strings.TrimPrefix(arg, bindings.RecordedOption))
	case strings.HasPrefix(arg, "--max-memory="):
		var err error
		o.memory, err = bindings.ParseSize(strings.TrimPrefix(arg, "--max-memory="))
		return 0, err
	case arg == "--trace":
		o.first("trace(true)")
	case strings.HasPrefix(arg, "--trace="):
		o.first("trace{file = " + bindings.Quote(strings.TrimPrefix(arg, "--trace=")) + "}")
	case strings.HasPrefix(arg, "-e"), strings.HasPrefix(arg, "-l"):
		return o.valued(args)
	default:
		return 0, fmt.Errorf("there is no option %s", arg)
	}
	return 0, nil
}

// valued reads -e and -l.
func (o *options) valued(args []string) (used int, err error) {
	name, value := args[0][:2], args[0][2:]
	if value == "" {
		if len(args) == 1 {
			return 0, fmt.Errorf("%s needs a value", name)
		}
		value, used = args[1], 1
	}
	kind := repl.Chunk
	if name == "-l" {
		kind = repl.Module
	}
	o.steps = append(o.steps, repl.Step{Kind: kind, Text: value})
	return used, nil
}

// first has a chunk run before all else.
func (o *options) first(chunk string) {
	o.steps = append([]repl.Step{{Kind: repl.Chunk, Text: chunk}}, o.steps...)
}

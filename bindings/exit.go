package bindings

// Flush writes what the io library holds back.
func (env *Env) Flush() { _ = env.io.Flush() }

// Finish is what is done at the end of the program, in whichever thread that comes: what the
// io library holds back is written, in every thread, as exit(3) does, and what is still to be
// said of threads that have failed is said.
func (env *Env) Finish() {
	env.Flush()
	for _, t := range env.family.list() {
		if other := t.liveEnv(); other != nil && other != env {
			other.io.FlushFor(env.Task)
		}
	}
	env.family.complainAll(env.Say)
}

// Exit ends the process, whatever Finish meets.
func (env *Env) Exit(code int) {
	defer env.Options.Exit(code)
	env.Finish()
}

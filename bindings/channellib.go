package bindings

import (
	"sockrepl/bindings/calls"
	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
)

// The library channel, with the names and answers of gopher-lua's.

var channelNatives = Natives{
	"channel.make":    makeChannel,
	"channel.send":    sendChannel,
	"channel.receive": receiveChannel,
	"channel.close":   closeChannel,
	"channel.select":  selectChannels,
	"channel.fd":      channelDescriptor,
}

// openChannels puts the functions into the library's table, which is also where the methods
// of channels are looked for.
func (env *Env) openChannels(L *lua.LState) {
	t := L.NewTable()
	L.SetGlobal("channel", t)
	for name := range channelNatives {
		c := calls.Lookup(name)
		t.RawSetString(name[len("channel."):], env.function(L, c))
	}
	if mt, ok := L.GetMetatable(lua.LChannel(nil)).(*lua.LTable); ok {
		mt.RawSetString("__index", t)
	}
}

// The Lua value of a channel is of gopher-lua's type for it: one of Go's, which has the
// Channel in it, as a box holds a thing.

// box makes the Lua value of a channel.
func box(c *Channel) lua.LChannel {
	b := make(lua.LChannel, 1)
	b <- &lua.LUserData{Value: c}
	return b
}

// unbox answers what is in the box, and leaves it there; nil: it is none of ours.
func unbox(b lua.LChannel) *Channel {
	v := <-b
	b <- v
	return v.(*lua.LUserData).Value.(*Channel)
}

func channelArg(L *lua.LState) *Channel { return unbox(L.Get(1).(lua.LChannel)) }

// channelValue is the decoder of a parameter that is a channel.
func channelValue(d *decoding, v lua.LValue) int {
	if _, ok := v.(lua.LChannel); !ok {
		d.unexpected(v)
	}
	return 1
}

func makeChannel(_ *Env, L *lua.LState, f *kernel.Frame) int {
	return push(L, box(&Channel{room: f.Int(0)}))
}

func sendChannel(env *Env, L *lua.LState, f *kernel.Frame) int {
	v, err := copied(L.Get(2))
	if err != nil {
		BadArgument(L, "channel.send", 2, err.Error())
	}
	w := newWaiting([]*offer{{channel: channelArg(L), sends: true, value: v}})
	env.choose(L, f, dealing{name: "channel.send", args: []lua.LValue{L.Get(1), v}}, w, true)
	return 0
}

func receiveChannel(env *Env, L *lua.LState, f *kernel.Frame) int {
	w := newWaiting([]*offer{{channel: channelArg(L)}})
	env.choose(L, f, dealing{name: "channel.receive", args: []lua.LValue{L.Get(1)}, answers: func() kernel.Value {
		return tracedList([]lua.LValue{lua.LBool(w.ok), w.value})
	}}, w, true)
	return push(L, lua.LBool(w.ok), w.value)
}

func closeChannel(env *Env, L *lua.LState, f *kernel.Frame) int {
	c, open := channelArg(L), false
	d := dealing{name: "channel.close", args: []lua.LValue{L.Get(1)}, deed: kernel.NextDeed(), makesReadable: []*Channel{c}}
	d.begin = func() <-chan struct{} {
		open = c.shut(d.deed)
		return done
	}
	_ = env.await(f, d)
	if !open {
		L.RaiseError("channel.close: the channel is closed already")
	}
	return 0
}

// channelDescriptor is channel.fd.
func channelDescriptor(_ *Env, L *lua.LState, _ *kernel.Frame) int {
	fd, err := channelArg(L).descriptor()
	if err != nil {
		return Refuse(L, "channel.fd", err)
	}
	return push(L, lua.LNumber(fd))
}

// choose waits until one of the offers is made. Without wait it may be that none is.
func (env *Env) choose(L *lua.LState, f *kernel.Frame, d dealing, w *waiting, wait bool) {
	d.deed, d.makesReadable = w.deed, w.sentThrough()
	d.by = func() uint64 { return w.by }
	d.begin = func() <-chan struct{} {
		w.begin(wait)
		if !wait {
			return done
		}
		return w.done
	}
	if err := env.await(f, d); err != nil {
		w.withdraw()
		L.RaiseError("%s", err.Error())
	}
	if w.err != nil {
		L.RaiseError("%s: %s", d.name, w.err.Error())
	}
}

// settled tells whether one of the offers was made.
func (w *waiting) settled() bool {
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}

// selecting is the cases of a select as they were given.
type selecting struct {
	offers   []*offer
	places   []int        // of the offers, among the cases
	fallback int          // the place of the default; 0: there is none
	cases    []lua.LValue // as the trace shows them
}

// selectChannels is channel.select.
func selectChannels(env *Env, L *lua.LState, f *kernel.Frame) int {
	top := L.GetTop()
	var s selecting
	for i := 1; i <= top; i++ {
		s.add(L, i)
	}
	w := newWaiting(s.offers)
	d := dealing{name: "channel.select", args: s.cases, answers: func() kernel.Value { return kernel.Value{Int: int64(s.place(w))} }}
	env.choose(L, f, d, w, s.fallback == 0)
	place := s.place(w)
	s.handle(L, w, place)
	return push(L, lua.LNumber(place), w.value, lua.LBool(w.ok))
}

// place answers which of the cases it was.
func (s *selecting) place(w *waiting) int {
	if w.settled() {
		return s.places[w.chosen]
	}
	return s.fallback
}

// add reads a case.
func (s *selecting) add(L *lua.LState, arg int) {
	const form = `{"|<-", channel}, {"<-|", channel, value} or {"default"} expected`
	t, ok := L.Get(arg).(*lua.LTable)
	if !ok {
		BadArgument(L, "channel.select", arg, form+", got "+typeOf(L.Get(arg)))
	}
	direction := lua.LVAsString(t.RawGetInt(1))
	s.cases = append(s.cases, lua.LString(direction))
	if direction == "default" {
		s.fallback = arg
		return
	}
	c, ok := t.RawGetInt(2).(lua.LChannel)
	if !ok || direction != "|<-" && direction != "<-|" {
		BadArgument(L, "channel.select", arg, form)
	}
	o := &offer{channel: unbox(c), sends: direction == "<-|"}
	if o.sends {
		v, err := copied(t.RawGetInt(3))
		if err != nil {
			BadArgument(L, "channel.select", arg, err.Error())
		}
		o.value = v
	}
	s.offers, s.places = append(s.offers, o), append(s.places, arg)
}

// handle calls the function that ends the chosen case, if there is one.
func (s *selecting) handle(L *lua.LState, w *waiting, place int) {
	t := L.Get(place).(*lua.LTable)
	fn, ok := t.RawGetInt(t.Len()).(*lua.LFunction)
	if !ok {
		return
	}
	L.Push(fn)
	switch {
	case place == s.fallback:
		L.Call(0, 0)
	case w.offers[w.chosen].sends:
		L.Push(t.RawGetInt(3))
		L.Call(1, 0)
	default:
		L.Push(lua.LBool(w.ok))
		L.Push(w.value)
		L.Call(2, 0)
	}
}

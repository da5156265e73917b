-- A packet filter of classic BPF in C's words: of datagrams only those that begin with "k" pass.
local s, c = socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)
assert(bind(s, "127.0.0.1", 0) and connect(c, getsockname(s)))
local code = bit.bor
assert(setsockopt(s, SOL_SOCKET, SO_ATTACH_FILTER, {
  {code = code(BPF_LD, BPF_B, BPF_ABS), jt = 0, jf = 0, k = 8},  -- behind the UDP header
  {code = code(BPF_JMP, BPF_JEQ, BPF_K), jt = 0, jf = 1, k = ("k"):byte()},
  {code = code(BPF_RET, BPF_K), jt = 0, jf = 0, k = 0xffff},
  {code = code(BPF_RET, BPF_K), jt = 0, jf = 0, k = 0},
}) == 0)
for _, text in ipairs{"lost", "kept", "lost, too", "kept, too"} do assert(send(c, text) == #text) end
assert(recv(s, 100) == "kept" and recv(s, 100) == "kept, too")
assert(select(3, recv(s, 100, MSG_DONTWAIT)) == EAGAIN)

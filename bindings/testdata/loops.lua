-- loops that go back to a jump: gopher-lua's compiler had them go anywhere
local function trail(f)
  local steps = {}
  local ok, problem = pcall(f, function(x)
    steps[#steps + 1] = tostring(x)
    if #steps > 20 then error("it does not end") end
  end)
  return ok and table.concat(steps, " ") or problem
end
local function same(want, f)
  local got = trail(f)
  assert(got == want, ("%s, not %s"):format(got, want))
end

same("1 2", function(step) for _, v in ipairs {1, 2} do if false then step "no" end step(v) end end)
same("1 2", function(step) for _, v in ipairs {1, 2} do if not true then step "no" else step(v) end end end)
same("1 2", function(step) for _, v in ipairs {1, 2} do local x = false and v or v step(x) end end)
same("1 2", function(step) local x for _, v in ipairs {1, 2} do x = nil or v step(x) end end)
same("1 2", function(step) for _, v in ipairs {1, 2} do (false and print or step)(v) end end)
same("1 2", function(step) for _, v in ipairs {1, 2} do do do end end if nil and v then step "no" end step(v) end end)
same("end", function(step) for _, v in ipairs {1, 2} do break end step "end" end)
same("end", function(step) for _, v in ipairs {1, 2} do do do end end do break end end step "end" end)
same("1 2 3", function(step) local n = 0 while n < 3 do while true do break end n = n + 1 step(n) end end)
same("1 2 3", function(step) local n = 0 while n < 3 do while false do end n = n + 1 step(n) end end)
same("1 2 3", function(step) local n = 0 while n < 3 do while nil and n do step "no" end n = n + 1 step(n) end end)
same("1 2 3", function(step) local n = 0 while true do if false then step "no" end n = n + 1 step(n) if n == 3 then break end end end)
same("1 2 3", function(step) local n = 0 repeat if nil then step "no" end n = n + 1 step(n) until n == 3 end)
same("1 2 3", function(step) local n = 0 repeat repeat break until false n = n + 1 step(n) until n > 2 end)
same("end", function(step) while not not false do step "no" end step "end" end)
same("end", function(step) while (false or nil) do step "no" end step "end" end)
same("1", function(step) while false or 1 do step(1) break end end)

#!/usr/bin/env bash
# The guest on the emulator, through the command line only.
#   guest.sh GROUP FORKSCOPE GUEST USERLAND
# GUEST holds kernel.elf and initrd.cpio, USERLAND the expectations of tests/userland.
set -u
group=$1 forkscope=$2 guest=$3 userland=$4
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failures=0

if [ ! -f "$guest/kernel.elf" ] || [ ! -f "$guest/initrd.cpio" ]; then
    echo "skipped: the guest is not built"
    exit 77
fi

fail() {
    echo "FAILED: $1" >&2
    failures=$((failures + 1))
}

run() { # option...
    timeout 800 "$forkscope" -kernel "$guest/kernel.elf" -initrd "$guest/initrd.cpio" "$@"
}

# A shell in the guest reads the commands from the serial port, all in one line, so that the echo of
# the typing is over when they run. What they print stands between two marks.
shell() { # command...
    local line='echo "<$((1))"'
    local command
    for command in "$@"; do
        line="$line; $command"
    done
    printf '%s; echo ">$((1))"; poweroff\n' "$line" | run -append quiet | tr -d '\r' |
        sed -n '/^\(# \)*<1$/,/^>1$/ { /<1$/d; />1$/d; p }'
}

# Each demonstration prints what it prints on Linux, pids apart.
demos() {
    local names=() name
    for name in "$userland"/demo/*.expected; do
        name=$(basename "$name" .expected)
        [ "$name" = ptracedemo ] || names+=("$name")
    done
    shell "${names[@]}" | sed -E 's/(pid|process|returned|=) ([2-9]|[1-9][0-9]+)\b/\1 N/g' >"$work/got"
    for name in "${names[@]}"; do
        cat "$userland/demo/$name.expected"
    done >"$work/expected"
    diff -u "$work/expected" "$work/got" >&2 || fail 'the demonstrations print something else'
}

# Two rounds of fork, a buffered + and an unbuffered -: one of the 23 legal strings (S-179).
puzzle() {
    local text
    text=$(run -append 'quiet init=/bin/puzzle' </dev/null | tr -d '\r\n')
    grep -qxF -e "$text" "$userland/puzzle.legal" || fail "the puzzle wrote '$text'"
}

# Timer interrupts where a seed draws them, hundreds to a fork: whatever the order becomes, the puzzle
# is legal and no rule of `forkscope check` is broken. One order for all seeds would be no storm.
storm() {
    local seed slow=(--mips 2 -append 'quiet init=/bin/puzzle')
    for seed in 1 2 3 4 5 6 7 8; do
        run "${slow[@]}" --jitter-seed $seed </dev/null | tr -d '\r\n' >"$work/text"
        grep -qxF -e "$(cat "$work/text")" "$userland/puzzle.legal" ||
            fail "seed $seed: the puzzle wrote '$(cat "$work/text")'"
        echo >>"$work/text"
        cat "$work/text" >>"$work/orders"
        "$forkscope" check all -kernel "$guest/kernel.elf" -initrd "$guest/initrd.cpio" \
            "${slow[@]}" --jitter-seed $seed </dev/null >"$work/check" ||
            fail "seed $seed: $(grep -A 9 '^not ok' "$work/check" || cat "$work/check")"
        grep -q '(3 forks)' "$work/check" || fail "seed $seed: not three forks were judged"
    done
    [ "$(sort -u "$work/orders" | wc -l)" -gt 1 ] || fail "all seeds give $(sort -u "$work/orders")"
}

engines() {
    "$forkscope" doctor | sed -n '/^engines/ { s/^engines *//; s/ (default)//; p }'
}

# Same input, same bytes: trace, serial port and counters, also where input is a pipe that says
# nothing, on every engine, and under jitter.
same() {
    local engine like=first
    record() { # name option...
        local name=$1
        shift
        run -append 'quiet init=/bin/forkdemo' --trace "$work/$name.trace" \
            -serial "file:$work/$name.serial" --status-json "$work/$name.status" "$@" ||
            fail "run '$name' ended with $?"
        cat "$work/$name".{trace,serial,status} >"$work/$name.all"
        cmp -s "$work/$like.all" "$work/$name.all" || fail "run '$name' differs from '$like'"
    }
    record first </dev/null
    record again </dev/null
    mkfifo "$work/fifo"
    record silent <>"$work/fifo"
    for engine in $(engines); do
        record "$engine" --engine "$engine" </dev/null
    done
    like=jitter
    for engine in $(engines); do
        [ -f "$work/jitter.all" ] || record jitter --jitter-seed 3 --engine "$engine" </dev/null
        record "jitter-$engine" --jitter-seed 3 --engine "$engine" </dev/null
    done
    ! cmp -s "$work/first.trace" "$work/jitter.trace" || fail 'jitter changes nothing'
    [ "$(wc -l <"$work/first.serial")" = 2 ] || fail "forkdemo printed $(cat "$work/first.serial")"
}

# 10,000 children, each with fork, exec, exit and wait, on a machine so slow that a timer interrupt
# comes in about every 20,000 steps: every engine writes the same exact trace of the interrupts and of
# what becomes of processes. The traces are large, so their hashes are compared.
many() {
    local children=10000 engine
    traced() { # engine
        run -append "quiet init=/bin/forkmany $children" --mips 2 --engine "$1" --trace - \
            --trace-filter 'ev=irq,fork,ret,switch,exec,exit,wait' -serial "file:$work/$1.serial" </dev/null |
            awk -v counts="$work/$1.counts" '/ fork  / { forks++ } / irq  / { irqs++ } { print }
                END { print forks, irqs >counts }' | sha256sum >"$work/$1.hash"
    }
    for engine in $(engines); do
        traced "$engine" &
    done
    wait
    for engine in $(engines); do
        read -r forks irqs <"$work/$engine.counts"
        grep -q "^$children children ran" "$work/$engine.serial" || fail "$engine: not all ran"
        [ "$forks" -ge $children ] || fail "$engine: $forks forks in the trace"
        [ "$irqs" -ge $children ] || fail "$engine: $irqs interrupts in the trace"
        cmp "$work/block.hash" "$work/$engine.hash" || fail "$engine: another trace than block"
    done
    cat "$work/block.hash" "$work/block.counts"
}

# What stands in $work/tap is complete, and nothing in it failed.
expect_all_ok() {
    local planned
    planned=$(sed -n 's/^1\.\.//p' "$work/tap")
    [ "$(grep -c '^ok ' "$work/tap")" = "${planned:-none}" ] ||
        fail "of $planned checks fail: $(grep -B 2 '^not ok' "$work/tap" || tail -n 3 "$work/tap")"
}

# The kernel does what the specification says: all checks of the conformance program.
conform() {
    shell conform >"$work/tap"
    expect_all_ok
}

# Too little of everything: fork bombs, no memory, failing allocations, in a guest with 8 MB.
scarce() {
    run -m 8 -append 'quiet init=/bin/conform limits unwind exhaust' </dev/null 2>"$work/errors" |
        tr -d '\r' >"$work/tap"
    expect_all_ok
    [ ! -s "$work/errors" ] || fail "$(cat "$work/errors")"
}

# What one types first. Text tools say what the host's say of the same file; the others show the
# processes that are there. A job in the background ends, and the shell's wait with it.
tools() {
    local commands='printf "%s=%03d|%5s|%x\\n" a 7 b 255 c 8 d 16; grep -n ro.t $f; head -1 $f
        grep -v "o*:x:0.*sh$" $f; cp $f c; mv c m; grep -n "^n.*:*e$" m; grep -v : $f || echo none'
    run -append 'quiet init=/bin/cat /etc/passwd' </dev/null | tr -d '\r' >"$work/passwd"
    (cd "$work" && f=passwd && eval "$commands") >"$work/expected"
    echo 'after the wait' >>"$work/expected"
    shell 'cd /tmp' f=/etc/passwd "$(tr -s '\n ' '; ' <<<"$commands" | sed 's/;$//')" \
        'sleep 1 & wait' 'echo after the wait' | grep -v '^\[1\]' >"$work/got"
    diff -u "$work/expected" "$work/got" >&2 || fail 'the tools print something else than the host'
    shell pstree ps free uptime 'type cd ls' 'kill -l' >"$work/got"
    for line in '^init(1) [DRS]$' '^    sh([0-9]*) [RS]$' '^        pstree([0-9]*) R$' '^events(2) ' \
        '^ *1 *0 .* [DRS]  /init$' '^ *[1-9][0-9]* *[1-9][0-9]* *[1-9][0-9]*$' '^up 0:00:0.*, load' \
        '^cd is a shell builtin$' '^ls is /bin/ls$' '^HUP INT QUIT'; do
        grep -q "$line" "$work/got" || fail "nothing like '$line' in $(cat "$work/got")"
    done
}

# How a run ends is told by its exit code.
ends() {
    run -append 'quiet init=/bin/absent' </dev/null >"$work/out" 2>&1
    [ $? = 5 ] || fail "a panic does not end with 5: $(cat "$work/out")"
    grep -q 'the guest panicked' "$work/out" || fail "no word of the panic: $(cat "$work/out")"
    run -append 'quiet init=/bin/true' --max-insns 100k </dev/null >"$work/out" 2>&1
    [ $? = 7 ] || fail "the budget does not end with 7: $(cat "$work/out")"
    run -append 'quiet' --idle-limit 10 </dev/null >"$work/out" 2>&1
    [ $? = 8 ] || fail "a shell without input does not end with 8: $(cat "$work/out")"
    run -append 'quiet' -m 1 </dev/null >"$work/out" 2>&1
    [ $? = 3 ] || fail "1 MB does not end with 3: $(cat "$work/out")"
}

$group
[ $failures = 0 ] || exit 1

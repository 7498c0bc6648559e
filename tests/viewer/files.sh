#!/usr/bin/env bash
# usage: files.sh FORKSCOPE
# Pictures as files, options that are wrong, guests of which little is known, no display.
set -uo pipefail
forkscope=$1
[ -f "${FORKSCOPE_KERNEL:?}" ] || { echo "skipped: $FORKSCOPE_KERNEL has not been built"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
unset DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER
export XDG_CONFIG_HOME="$dir/config" XDG_RUNTIME_DIR="$dir"

fail()
{
    echo "FAILED: $*"
    failed=1
}

view()
{
    "$forkscope" view -kernel "$FORKSCOPE_KERNEL" -initrd "${FORKSCOPE_INITRD:?}" \
        -append "quiet init=/bin/forkdemo" "$@" </dev/null >"$dir/out" 2>"$dir/err"
}

# refused CODE SENTENCE OPTION...
refused()
{
    local code=$1 sentence=$2
    shift 2
    view "$@"
    local rc=$?
    [ $rc = "$code" ] || fail "$*: exit $rc, not $code"
    grep -qF -- "$sentence" "$dir/err" || fail "$*: does not say '$sentence': $(cat "$dir/err")"
    [ "$(wc -l <"$dir/err")" = 1 ] || fail "$*: more than one line: $(cat "$dir/err")"
}

refused 2 "there is no panel 'nonsense'" --panel nonsense=-
refused 2 "wants NAME=FILE" --panel stack
refused 2 "'nowhere' is no place" --at nowhere --screenshot -
refused 2 "--tour is fork" --tour dup
refused 2 "wants one of dark|light|contrast" --theme red
refused 3 "no program's fork number 9" --at 9:push --panel stack=-
refused 3 "the run ends at step" --at 99000000 --panel stack=-
refused 4 "cannot write '/nonexistent/x.txt'" --at push --panel stack=/nonexistent/x.txt
refused 4 "there is no display" --at push
SDL_VIDEODRIVER= DISPLAY= refused 4 "there is no display" --at push
DISPLAY=:4242 refused 4 "there is no display" --at push
DISPLAY=:4242 XDG_RUNTIME_DIR= refused 4 "there is no display" --at push
refused 3 "cannot read '/nonexistent'" -kernel /nonexistent --screenshot -

# The same place is the same bytes, in text and PNG.
for i in 1 2; do
    view --at frame --screenshot "$dir/$i.txt" --panel fork="$dir/f$i.txt" || fail "text"
    view --at frame --screenshot "$dir/$i.png" || { grep -q libpng "$dir/err" || fail "png"; }
done
cmp "$dir/1.txt" "$dir/2.txt" || fail "two texts of one place differ"
grep -q 'eax .*00000002.*00000000.*≠ differ' "$dir/f1.txt" || fail "the eax values do not differ"
if [ -f "$dir/1.png" ]; then
    cmp "$dir/1.png" "$dir/2.png" || fail "two pictures of one place differ"
    head -c 8 "$dir/1.png" | od -An -tx1 | grep -q '89 50 4e 47 0d 0a 1a 0a' || fail "no PNG"
    [ "$(od -An -j16 -N8 -tx1 "$dir/1.png" | tr -d ' ')" = 0000050000000320 ] ||
        fail "the picture is not 1280x800"
    for size in medium large; do
        for theme in light contrast; do
            view --at push --font-size $size --theme $theme --screenshot "$dir/s.png" ||
                fail "$size $theme"
        done
    done
fi

# Programs have source lines, too: where the parent is back, and then in main().
step=$(view --at returns --screenshot - && sed -nE '1s/.* step ([0-9]+).*/\1/p' "$dir/out")
"$forkscope" view -kernel "$FORKSCOPE_KERNEL" -initrd "$FORKSCOPE_INITRD" \
    -append "quiet init=/bin/forkdemo" --symbols "${FORKSCOPE_SYMBOLS:?}" \
    --source "$(dirname "$0")/../.." --at $((step + 3)) --panel source="$dir/main.txt"
grep -q '^ main ─.*forkdemo.c:' "$dir/main.txt" || fail "main: $(head -1 "$dir/main.txt")"
grep -q 'pid_t result = fork();' "$dir/main.txt" || fail "no source of the program"

# A recording shows the same, at the same step.
"$forkscope" run -kernel "$FORKSCOPE_KERNEL" -initrd "$FORKSCOPE_INITRD" \
    -append "quiet init=/bin/forkdemo" -serial null --record "$dir/recording" </dev/null >/dev/null ||
    fail "record"
view --replay "$dir/recording" --at frame --screenshot "$dir/replayed.txt" || fail "$(cat "$dir/err")"
cmp "$dir/1.txt" "$dir/replayed.txt" || fail "a recording shows something else"
refused 3 "cannot read '/nonexistent'" --replay /nonexistent --at frame --panel fork=-
head -c 100 "$dir/recording" >"$dir/cut"
view --replay "$dir/cut" --at frame --panel fork=- && fail "a recording cut short is taken"
[ "$(wc -l <"$dir/err")" = 1 ] || fail "a recording cut short: more than one line"

# A recording of events shows the fork without a machine, whatever form it has.
for form in binary jsonl text; do
    "$forkscope" run -kernel "$FORKSCOPE_KERNEL" -initrd "$FORKSCOPE_INITRD" \
        -append "quiet init=/bin/forkdemo" -serial null --trace "$dir/events.$form" \
        --trace-format $form </dev/null >/dev/null || fail "trace as $form"
    for place in int push do_fork copy_thread eax frame switch child-iret parent-iret returns; do
        "$forkscope" view "$dir/events.$form" --at $place --screenshot "$dir/$place.$form.txt" ||
            fail "$form: $place"
    done
done
for place in int push frame returns; do
    for form in jsonl text; do
        cmp "$dir/$place.binary.txt" "$dir/$place.$form.txt" || fail "$place: $form is another picture"
    done
done
events()
{
    "$forkscope" view "$dir/events.binary" "$@" 2>"$dir/err"
}
# What both know is the same in both, at the same step.
for place in push frame parent-iret; do
    for panel in fork explain; do
        view --at $place --panel $panel="$dir/machine.txt"
        events --at $place --panel $panel="$dir/events.txt"
        # What the events do not tell is left out, and so are marks of what changed.
        sed -E 's/^.*········.*$//; s/\*/ /g; s/ +$//' "$dir/events.txt" | grep -E '^ (eflags|cs|eip|esp|ss|eax|ebx|pid|pt_regs|[0-9]  |int 0x80|Nobody)' >"$dir/known"
        sed -E 's/\*/ /g; s/ +$//' "$dir/machine.txt" >"$dir/plain"
        [ -s "$dir/known" ] || fail "$place: events tell nothing for $panel"
        while IFS= read -r line; do
            grep -qF -- "$line" "$dir/plain" || fail "$place: $panel of events: $line"
        done <"$dir/known"
    done
done
grep -q '≠ differ' "$dir/returns.binary.txt" || fail "events: the eax values do not differ"
events --at push --panel stack=- | grep -q 'eip .*CPU at int 0x80\|eip .*┘' || fail "events: the CPU's words"
events --at push --panel pages=- | grep -q 'Events do not hold page tables' || fail "events: pages"
events --at end --panel syscalls=- | grep -q 'fork() = ' || fail "events: system calls"
events --tour-export "$dir/events-tour" || fail "events: the tour"
[ "$(find "$dir/events-tour" -name '*.txt' | wc -l)" = 10 ] || fail "events: the tour has not ten stops"
events -kernel "$FORKSCOPE_KERNEL" --at push --panel fork=- && fail "a recording and a kernel"
grep -q 'which one' "$dir/err" || fail "a recording and a kernel: $(cat "$dir/err")"
for wrong in /nonexistent "$FORKSCOPE_KERNEL" "$dir/cut"; do
    "$forkscope" view "$wrong" --at push --panel fork=- 2>"$dir/err"
    [ $? = 3 ] || fail "$wrong is taken for a recording"
    [ "$(wc -l <"$dir/err")" = 1 ] || fail "$wrong: not one line: $(cat "$dir/err")"
done

"$forkscope" view "$dir/recording" --at push --panel fork=- 2>"$dir/err"
[ $? = 3 ] || fail "a recording of input is taken for one of events"
grep -q -- "--replay" "$dir/err" || fail "a recording of input: $(cat "$dir/err")"

# The tour: ten stops, each with its sentence.
view --tour-export "$dir/tour" || fail "tour-export: $(cat "$dir/err")"
[ "$(find "$dir/tour" -name '*.txt' | wc -l)" = 10 ] || fail "the tour has not ten stops"
grep -q 'Nobody.s code did this' "$dir/tour/02-push.txt" || fail "the tour does not explain"

# Programs that lie with their symbols beside the initrd, as the guest has them or all in one place, are
# found without being named; another program of that name is not taken for them.
beside()
{
    "$forkscope" view -kernel "$FORKSCOPE_KERNEL" -initrd "$1/initrd.cpio" \
        -append "quiet init=/bin/forkdemo" --at int --panel source=- </dev/null 2>"$dir/err"
}
mkdir -p "$dir/tree/bin" "$dir/flat" "$dir/other"
for place in tree flat other; do cp "$FORKSCOPE_INITRD" "$dir/$place"; done
cp "$FORKSCOPE_SYMBOLS" "$dir/tree/bin/forkdemo"
cp "$FORKSCOPE_SYMBOLS" "$dir/flat/forkdemo"
cp "$(dirname "$FORKSCOPE_SYMBOLS")/puzzle" "$dir/other/forkdemo"
for place in tree flat; do
    beside "$dir/$place" | grep -q '^ fork ─.*syscalls.def' || fail "$place: no names: $(cat "$dir/err")"
done
beside "$dir/other" | grep -q '^ code ─.* ring 3' || fail "another program was taken for forkdemo"

# A kernel without symbols, and one that is not ours.
if command -v i686-linux-gnu-strip >/dev/null; then
    i686-linux-gnu-strip -o "$dir/bare.elf" "$FORKSCOPE_KERNEL"
    "$forkscope" view -kernel "$dir/bare.elf" -initrd "$FORKSCOPE_INITRD" --at 6000000 \
        --screenshot "$dir/bare.txt" 2>"$dir/err" || fail "no symbols: $(cat "$dir/err")"
    grep -q 'no debug information' "$dir/bare.txt" || fail "does not say what is missing"
fi
if [ -f "${TINYFORK:-}" ]; then
    "$forkscope" view -kernel "$TINYFORK" --at frame --panel fork=- >"$dir/out" || fail "tinyfork"
    grep -q 'ax .*≠ differ' "$dir/out" || fail "tinyfork: ax does not differ"
fi
[ $failed = 0 ] && echo "viewer: files and refusals are right"
exit $failed

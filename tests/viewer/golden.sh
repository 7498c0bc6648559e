#!/usr/bin/env bash
# usage: golden.sh FORKSCOPE EXPECTED PLACE
# Compares all panels at a landmark of forkdemo's fork with the expected ones. Addresses, steps and
# offsets depend on the guest's compiler, so they become signs; of code listings the place where we
# are is kept, of memory what the CPU pushed; the frames of C functions and what registers hold
# between them are left out. Pixels are compared by viewer_pictures.
set -uo pipefail
forkscope=$1 expected=$2 place=$3
[ -f "${FORKSCOPE_KERNEL:?}" ] || { echo "skipped: $FORKSCOPE_KERNEL has not been built"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
panels="explain stack registers fork timeline calls tasks pages syscalls serial
    source tables memory screen monitor"

options=()
for panel in $panels; do
    options+=(--panel "$panel=$dir/$panel")
done
"$forkscope" view -kernel "$FORKSCOPE_KERNEL" -initrd "${FORKSCOPE_INITRD:?}" \
    -append "quiet init=/bin/forkdemo" --symbols "${FORKSCOPE_SYMBOLS:?}" --at "$place" \
    "${options[@]}" || exit 1
durable()
{
    case $1 in
    source) sed -E 's/:[0-9]+$//; s/^▶ [0-9a-f]{8}/▶/' "$dir/$1" | grep -E '^( [^ ]+ ─|▶)' ;;
    memory) sed -E 's/ -[0-9]+ +/ -N /; s/^( [0-9a-f]{8} [0-9a-f]{8}.) .{4} /\1 /' "$dir/$1" | grep -E '^ memory|written last|the CPU' ;;
    tables) sed -E 's/[0-9]+ bytes(;|$)/N bytes\1/' "$dir/$1" ;;
    *) cat "$dir/$1" ;;
    esac
}
for panel in $panels; do
    durable "$panel"
done | sed -E 's/\b000000([0-9a-f]{2})\b/SMALL\1/g; s/\b[0-9a-f]{8}\b/XXXXXXXX/g; s/\bSMALL/000000/g
    /^ kernel stack/,/^ registers/{/(XXXXXXXX|000000..)(\*|  )(→|saved| {6}|$)| not shown | (child_tidptr|pid|p|regs|stack_start|stack_size|clone_flags|parent_tidptr|orig) /d}
    /^ registers/,/^ fork/{/^ e([a-d]x|[sd]i|bp|fl)  /d}
    s/ mov %eax, %e[a-z]{2}$/ mov %eax, %REG/; s/(─)+/─/g; s/regs=[0-9a-f]+/regs=X/; s/\+0x?[0-9a-f]*\b/+0xX/g; s/[0-9]+ words are/N words are/
    s/page frame [0-9a-f]{5}/page frame XXXXX/; s/entry [0-9]+, table entry [0-9]+, offset [0-9a-f]+/entry N/
    s/[0-9]+ steps? after/N steps after/; s/ +$//; /^ time /,/^ calls/{/^[^a-z]*[0-9▼]/d}' \
    >"$dir/durable"
if [ "${GOLDEN_UPDATE:-}" = 1 ]; then
    cp "$dir/durable" "$expected"
    exit 0
fi
diff -u "$expected" "$dir/durable" && exit 0
echo "viewer: not the expected picture. If it is right: GOLDEN_UPDATE=1 ctest -R viewer_golden"
exit 1

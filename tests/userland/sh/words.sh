# Quotes, parameters, substitutions, arithmetic, field splitting and patterns.
echo hello "a  b" 'c $d' a\ b "q\"q" 'it''s'
x=5; y="$x $x"
echo $y "$y" ${x}y ${nope:-def} ${x:-no} ${#y} "${empty:-a  b}"
echo $((x * 3 + (2 << 1))) $((x == 5 && 0)) $((10 % 3)) $((-7 / 2)) $((~x & 0xff)) $((!x))
z=$(echo sub; echo two)
echo "$z"
echo $z
echo "nested $(echo "in $(echo deep)")" $(echo ")")
echo $# "$1" "$2" "$*"
for a in "$@"; do echo "<$a>"; done
for a; do echo "[$a]"; done
set -- p q "r s"
echo $# "$@"
shift
echo $1 $#
echo a#b # a comment
echo one \
    two
touch b.c a.c 'odd name' .hidden
echo *.c * [ab].c ?.c '*' \* "*" none*
for f in *; do echo "$f"; done
mkdir -p d/e; touch d/e/x d/y
echo d/* d/*/* */y
empty=
echo "<$empty>" $empty "" end
v='a   b'; echo $v "$v"

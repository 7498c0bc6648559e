# Functions, case, here-documents.
greet() { echo "hello $1, $# of you"; }
greet one two; greet
add() (x=$(($1 + $2)); echo $x)
x=outer; add 3 4; echo $x
early() { echo before; return 5; echo never; }
early; echo $?
early && echo no || echo "or $?"
in_loop() { for i in 1 2 3; do [ $i = 2 ] && return 0; echo "loop $i"; done; echo never; }
in_loop; echo "then $?"
fact() { if [ $1 -le 1 ]; then echo 1; else echo $(($1 * $(fact $(($1 - 1))))); fi; }
fact 6
greet() { echo "anew $*"; }
greet a b
redirected() { echo out; echo err >&2; }
redirected >f1 2>f2; cat f2 f1
pipe() { while read line; do echo "<$line>"; done; }
printf 'a\nb\n' | pipe | wc -l
status() { false; }
status; echo $?
args() { shift; echo "$@"; set -- new; echo $1; }
args 1 2 3; echo "$1"
kind() {
    case $1 in
    a*) echo starts with a ;;
    *.c | *.h) echo "C" ;;
    [0-9]) echo digit ;;
    '*') echo star ;;
    "") echo empty ;;
    (?) echo one character ;;
    *) echo other
    esac
}
for word in abc x.c x.h 7 '*' '' q long; do kind "$word"; done
case x in y) echo no ;; esac; echo $?
case $(echo two words) in 'two words') echo matched ;; esac
p='a*'; case abc in $p) echo pattern ;; esac; case abc in "$p") echo no ;; *) echo quoted ;; esac
for i in 1 2 3; do case $i in 2) continue ;; 3) break ;; esac; echo "i $i"; done
x=value
cat <<EOF
plain $x ${x} $(echo sub) $((1 + 2)) "quotes" 'single' \$x \\ *
  indented
EOF
cat <<'EOF'
literal $x $(echo no) \ "
EOF
cat <<-EOF
	tabs go
		all of them
	EOF
cat <<A; cat <<B
first
A
second
B
while read a; do echo "[$a]"; done <<EOF
one
two
EOF
doc() {
    cat <<EOF
in a function: $1
EOF
}
doc arg; doc other | tr a-z A-Z
sh -s arg <<'EOF'
echo "script $1"; exit 3
EOF
echo $?
if true; then cat <<EOF; fi
in an if
EOF
long=$(i=0; while [ $i -lt 700 ]; do echo "line $i"; i=$((i + 1)); done)
cat <<EOF | tail -n 1 | wc -c
$long
end
EOF
sh -c 'f() { return 3; }; f; exit'; echo $?
unknown_function 2>/dev/null; echo $?

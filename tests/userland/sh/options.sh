# set -u and -x, command -v, and what set -e minds.
set -u; echo ${un:-ok}; echo ${1-none}
(echo $un; echo never) 2>/dev/null; echo $?
set +u; echo "<$un>"
(: ${un:?is missing}) 2>&1 | sed 's/.*un:/un:/'
(set -x; a=1; echo $a "b c"; b=2 true) 2>&1
command -v nosuchthing; echo $?
command -v cd
f() { :; }; command -v f
(set -e; false | true; echo yes; true | false; echo no)
echo $?
(set -e; f() { false; echo in; }; f && echo and; f; echo no); echo $?
t=$(set -e; false; echo x); echo "$t" $?
(set -x; n=$(echo twice >>log; echo 1) m=2; n=$(echo twice >>log; echo 3) cat log; : >&2) 2>trace; cat trace

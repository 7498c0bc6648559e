# Text tools, and what they need of the C library: locale, x87, memory.
awk 'BEGIN { for (i = 0; i < 5; i++) printf "%.3f %e %g\n", i / 7, i * 1e10 / 3, i / 1000; print 2 ^ 31, 1e300 * 10 }'
seq 1 20 | sed -n '/5/,/7/p;$p'
printf 'b 2\na 10\nc 1\n' | sort -k2n
printf '%05d|%-6s|%x|%o\n' 42 ab 255 8
echo 'hello world' | tr a-z A-Z | rev | fold -w 4
expr 3 + 4 \* 5; echo '2 3 + p' | dc; echo '7 / 2' | bc 2>/dev/null
seq 1 5 | tac | paste -s -d, -
echo a,b,c | cut -d, -f2; printf 'x\tx\n' | expand | cat -A 2>/dev/null
grep -c o <<EOF
one
two
three
EOF
seq 1 3000 | md5sum; seq 1 100 | uniq | wc -l; date -u -d @1000000000; basename /a/b.c .c

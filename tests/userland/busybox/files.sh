# Files: names, links, modes, times, archives.
mkdir -p x/y/z; touch x/y/z/f; find x | sort
echo hello >a; cp a b; mv b c; cat c; ls
ln -s a l; readlink l; cat l; ln a hard
stat -c '%n %s %F %h' a l hard
chmod 640 a; stat -c '%a %A' a; umask 077; touch private; stat -c %a private
touch -d '2001-02-03 04:05:06' old; TZ=UTC ls -l --full-time old | awk '{ print $6, $7 }'
dd if=/dev/zero of=z bs=1k count=100 2>/dev/null; wc -c z; truncate -s 10 z; wc -c z
md5sum a; sha1sum a; cksum a; gzip -c a | zcat; tar cf t.tar a l; tar tf t.tar
tar cf - x | tar tf - | sort
cmp a c && echo same; diff a c && echo same; echo other >c; diff a c
od -c a; hexdump -C a; split -b 2 a part; ls part*
rm -r x; rmdir nothing; ls x; cat nothing
cp a /dev/full; echo $?
pwd | sed 's|.*/||' | wc -l; cd /; pwd

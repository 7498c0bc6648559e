/* Workloads that need no kernel: integer, branches, memory, multiplication, x87. */
#include "bench.h"

/* Arithmetic and logic on registers, some of it through the stack. */
uint32_t bench_integer(uint32_t rounds)
{
    uint32_t a = 1, b = 0x12345678, c = 7, d = 0;

    for (uint32_t i = 0; i < rounds; i++) {
        a += b ^ i;
        b = (b << 5 | b >> 27) + c;
        c ^= a & 0xff00ff;
        d += c - (b >> 3);
        a -= d | 1;
        c += (a >> 7) ^ (d << 2);
        if (c & 0x100)
            d ^= b;
    }
    return a ^ b ^ c ^ d;
}

static uint32_t fib(uint32_t n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

/* A machine with an accumulator, one byte an instruction. */
static uint32_t interpret(const uint8_t *code, uint32_t steps)
{
    uint32_t acc = 1, x = 3, pc = 0;

    while (steps--) {
        switch (code[pc++ & 255] & 7) {
        case 0:
            acc += x;
            break;
        case 1:
            acc ^= x << 1;
            break;
        case 2:
            x = acc >> 3;
            break;
        case 3:
            acc -= 5;
            break;
        case 4:
            if (acc & 1)
                pc += 3;
            break;
        case 5:
            x++;
            break;
        case 6:
            acc = acc << 7 | acc >> 25;
            break;
        case 7:
            if (x & 2)
                acc = ~acc;
            break;
        }
    }
    return acc ^ x;
}

uint32_t bench_branchy(uint32_t rounds)
{
    uint8_t code[256];
    uint32_t seed = 99, sum = 0;

    for (unsigned i = 0; i < sizeof(code); i++)
        code[i] = (uint8_t)(next_random(&seed) >> 9);
    for (uint32_t i = 0; i < rounds; i++)
        sum = sum * 31 + fib(16) + interpret(code, 4000 + (i & 3));
    return sum;
}

/* Takeuchi's function: nothing but calls, each from one of several places. */
__attribute__((noinline, noclone, optimize("no-optimize-sibling-calls"))) static int32_t
tak(int32_t x, int32_t y, int32_t z)
{
    return y < x ? tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)) : z;
}

static uint32_t add_one(uint32_t n)
{
    return n + 1;
}

static uint32_t add_square(uint32_t n)
{
    return n + n * n;
}

/* Calls of functions that are known by name, and of some that are not. */
uint32_t bench_calls(uint32_t rounds)
{
    static uint32_t (*volatile const step[])(uint32_t) = {add_one, add_square};
    uint32_t sum = 0;

    for (uint32_t i = 0; i < rounds; i++) {
        sum = sum * 31 + (uint32_t)tak(8, 4, (int32_t)(i & 3));
        sum = step[i & 1](sum);
    }
    return sum;
}

static uint8_t sieve[1 << 20];
static uint32_t chain[1 << 16];

static uint32_t count_primes(void)
{
    uint32_t n = 0;

    __builtin_memset(sieve, 0, sizeof(sieve));
    for (uint32_t i = 2; i < sizeof(sieve); i++) {
        if (sieve[i])
            continue;
        n++;
        for (uint32_t k = i + i; k < sizeof(sieve); k += i)
            sieve[k] = 1;
    }
    return n;
}

static void make_chain(void)
{
    uint32_t n = sizeof(chain) / sizeof(chain[0]);

    for (uint32_t i = 0; i < n; i++)
        chain[i] = (i * 40503u + 1) & (n - 1); /* one cycle through all */
}

static uint32_t chase(uint32_t steps)
{
    uint32_t at = 0;

    while (steps--)
        at = chain[at];
    return at;
}

static void string_copy(void *to, const void *from, uint32_t dwords)
{
    __asm__ volatile("rep movsl" : "+D"(to), "+S"(from), "+c"(dwords)::"memory");
}

uint32_t bench_memory(uint32_t rounds)
{
    uint32_t sum = 0;

    make_chain();
    for (uint32_t i = 0; i < rounds; i++) {
        sum = sum * 33 + count_primes() + chase(300000 + i);
        string_copy(sieve, chain, sizeof(chain) / 4);
        string_copy(sieve + sizeof(chain), sieve, sizeof(chain) / 4);
        sum ^= sieve[0x12345] << 3;
    }
    return sum;
}

/* 64-bit multiplication and division, shifts across words, decimal adjustment. */
uint32_t bench_muldiv(uint32_t rounds)
{
    uint64_t x = 0x123456789abcdef1u;
    uint32_t sum = 0;

    for (uint32_t i = 1; i <= rounds; i++) {
        uint32_t low = (uint32_t)x, al = low & 0x77, q, r;

        x = x * 6364136223846793005u + 1442695040888963407u;
        __asm__("divl %4"
                : "=a"(q), "=d"(r)
                : "0"((uint32_t)x), "1"(low % (i | 1)), "r"(i | 1)
                : "cc");
        __asm__("addb $0x15, %%al; daa" : "+a"(al)::"cc");
        sum += q ^ r ^ al ^ (uint32_t)(x >> (i & 31)) ^ (uint32_t)(x << (i & 15));
    }
    return sum;
}

uint32_t bench_x87(uint32_t rounds)
{
    volatile double start = 1.5;
    double x = start, y = 0.25, sum = 0;

    for (uint32_t i = 1; i <= rounds; i++) {
        x = x * 1.0000001 + y / (double)i;
        y = (y + x) * 0.5 - sum * 1e-9;
        sum += x > y ? x - y : y;
    }
    return (uint32_t)(int32_t)(sum * 1000.0 / (double)rounds);
}

#include "emu/guest/disasm.h"

#include <inttypes.h>
#include <stdio.h>

#ifdef FORKSCOPE_ZYDIS
#include <Zycore/Format.h>
#include <Zydis/Zydis.h>
#endif

static bool no_insn(const void *bytes, size_t size, struct disasm_insn *out)
{
    const uint8_t *byte = bytes;

    out->length = 1;
    snprintf(out->text, sizeof(out->text), size ? ".byte 0x%02x" : "(not mapped)",
             size ? *byte : 0);
    return false;
}

#ifdef FORKSCOPE_ZYDIS

bool disasm_available(void)
{
    return true;
}

/* An address of a jump, a call or an operand: by name where it has one. */
static ZyanStatus print_address(const ZydisFormatter *formatter, ZydisFormatterBuffer *buffer,
                                ZydisFormatterContext *context)
{
    const struct disasm_options *o = context->user_data;
    char name[DISASM_TEXT / 2];
    ZyanU64 address;
    ZyanString *text;

    (void)formatter;
    ZYAN_CHECK(ZydisCalcAbsoluteAddress(context->instruction, context->operand,
                                        context->runtime_address, &address));
    ZYAN_CHECK(ZydisFormatterBufferAppend(buffer, ZYDIS_TOKEN_SYMBOL));
    ZYAN_CHECK(ZydisFormatterBufferGetString(buffer, &text));
    if (o->symbols && symbols_by_addr(o->symbols, (uint32_t)address))
        symbols_format(o->symbols, (uint32_t)address, name, sizeof(name));
    else
        snprintf(name, sizeof(name), "0x%08" PRIx32, (uint32_t)address);
    return ZyanStringAppendFormat(text, "%s", name);
}

static bool init_formatter(ZydisFormatter *formatter, const struct disasm_options *o)
{
    bool att = o->style == DISASM_ATT;
    ZydisFormatterFunc print = &print_address;

    return ZYAN_SUCCESS(ZydisFormatterInit(formatter, att ? ZYDIS_FORMATTER_STYLE_ATT
                                                          : ZYDIS_FORMATTER_STYLE_INTEL)) &&
           ZYAN_SUCCESS(ZydisFormatterSetProperty(formatter, ZYDIS_FORMATTER_PROP_HEX_UPPERCASE,
                                                  ZYAN_FALSE)) &&
           ZYAN_SUCCESS(ZydisFormatterSetHook(formatter, ZYDIS_FORMATTER_FUNC_PRINT_ADDRESS_ABS,
                                              (const void **)&print));
}

bool disasm_decode(const struct disasm_options *o, uint32_t address, const void *bytes, size_t size,
                   struct disasm_insn *out)
{
    ZydisMachineMode mode = o->code16 ? ZYDIS_MACHINE_MODE_LEGACY_16 : ZYDIS_MACHINE_MODE_LEGACY_32;
    ZydisStackWidth stack = o->code16 ? ZYDIS_STACK_WIDTH_16 : ZYDIS_STACK_WIDTH_32;
    struct disasm_options context = *o;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    ZydisDecodedInstruction insn;
    ZydisFormatter formatter;
    ZydisDecoder decoder;

    if (!init_formatter(&formatter, o) || ZYAN_FAILED(ZydisDecoderInit(&decoder, mode, stack)) ||
        ZYAN_FAILED(ZydisDecoderDecodeFull(&decoder, bytes, size, &insn, operands)))
        return no_insn(bytes, size, out);
    out->length = insn.length;
    if (ZYAN_FAILED(ZydisFormatterFormatInstruction(&formatter, &insn, operands,
                                                    insn.operand_count_visible, out->text,
                                                    sizeof(out->text), address, &context)))
        return no_insn(bytes, size, out);
    return true;
}

#else

bool disasm_available(void)
{
    return false;
}

bool disasm_decode(const struct disasm_options *o, uint32_t address, const void *bytes, size_t size,
                   struct disasm_insn *out)
{
    (void)o, (void)address;
    return no_insn(bytes, size, out);
}

#endif

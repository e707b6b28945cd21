namespace Cluster.Networks.Runtimes;

/// <summary>How ONNX Runtime multiplies bytes on this processor.</summary>
public static class ByteProducts
{
    /// <summary>Whether the processor has AVX-512 VNNI, which adds four products of bytes to 32 bits at once.</summary>
    // CPUID leaf 7, register ECX, bit 11 (Intel SDM volume 2A, table 3-8).
    public static bool HasAvx512Vnni { get; } =
        Avx512F.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0;

    /// <summary>
    /// Whether products of uint8 with int8 are wrong here: x86 without VNNI adds two of them in 16 bits (VPMADDUBSW), which saturate from
    /// 255 · 127 · 2 on. Products of uint8 with uint8 are widened first, and exact.
    /// </summary>
    /// <remarks>
    /// ONNX Runtime's guide to quantization, "When and why do I need to try U8U8":
    /// https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
    /// </remarks>
    public static bool Saturate { get; } = X86Base.IsSupported && !HasAvx512Vnni && !AvxVnni.IsSupported;
}

using System.Runtime.Intrinsics.X86;

namespace Cluster.Evaluation.Inputs;

/// <summary>The properties of the machine that affect results.</summary>
internal static class MachineDescription
{
    /// <summary>
    /// "avx512-vnni", "avx-vnni", "avx512", "avx2", "sse" or the architecture: without VNNI, 8-bit products saturate in
    /// 16 bits.
    /// </summary>
    public static string InstructionSet()
    {
        if (!X86Base.IsSupported)
        {
            return RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        }

        return ByteProducts.HasAvx512Vnni
            ? "avx512-vnni"
            : AvxVnni.IsSupported ? "avx-vnni" : Avx512BW.IsSupported ? "avx512" : Avx2.IsSupported ? "avx2" : "sse";
    }

    /// <summary>What the absence of VNNI means for a user.</summary>
    public const string WithoutVnni = "no VNNI: INT8 uses int8-safe and gains less";

    /// <summary>The processor's name as reported by the system.</summary>
    public static string Processor()
    {
        const string Path = "/proc/cpuinfo";
        string? line = File.Exists(Path)
            ? File.ReadLines(Path).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':', 2)[^1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    public static string Summary() =>
        $"{Processor()}, {Environment.ProcessorCount} cores, {InstructionSet()}"
        + $"{(ByteProducts.Saturate ? $" ({WithoutVnni})" : string.Empty)}, {RuntimeInformation.OSDescription}";
}

namespace Cluster.Networks.Runtimes;

/// <summary>The properties of the machine that affect results.</summary>
public static class MachineDescription
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

    /// <summary>The processor's name, or the board's where Linux names no processor, as on ARM.</summary>
    public static string Processor()
    {
        const string Path = "/proc/cpuinfo";
        const string Board = "/proc/device-tree/model";
        string? line = File.Exists(Path)
            ? File.ReadLines(Path).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':', 2)[^1].Trim()
            ?? (File.Exists(Board) ? File.ReadAllText(Board).TrimEnd('\0') : RuntimeInformation.ProcessArchitecture.ToString());
    }

    /// <summary>Processor, cores and instruction set.</summary>
    public static string Short() => $"{Processor()}, {Environment.ProcessorCount} cores, {InstructionSet()}";

    /// <summary>The same with the system, and with what the absence of VNNI means.</summary>
    public static string Summary() =>
        $"{Short()}{(ByteProducts.Saturate ? $" ({WithoutVnni})" : string.Empty)}, {RuntimeInformation.OSDescription}";
}

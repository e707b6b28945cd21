using System.Globalization;
using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Plans.Placement;

/// <summary>
/// The format of a tensor's elements in a plan. Which of them a target takes is its placement's to say.
/// </summary>
/// <param name="Name">"float32", "int4".</param>
/// <param name="Bits">Bits of an element.</param>
/// <param name="IsInteger">Integer codes with a scale, or floating point.</param>
public sealed record ElementFormat(string Name, int Bits, bool IsInteger)
{
    /// <summary>The format that networks come in.</summary>
    public static ElementFormat Float32 { get; } = new("float32", 32, IsInteger: false);

    /// <summary>FP32 whose products are of numbers rounded to 10 bits of mantissa; stored as FP32.</summary>
    public static ElementFormat Tf32 { get; } = new("tf32", 32, IsInteger: false);

    /// <summary>IEEE 754 binary16.</summary>
    public static ElementFormat Float16 { get; } = new("float16", 16, IsInteger: false);

    /// <summary>The upper half of a binary32.</summary>
    public static ElementFormat BFloat16 { get; } = new("bfloat16", 16, IsInteger: false);

    /// <summary>The floats that layers compute in.</summary>
    internal static IReadOnlyList<ElementFormat> Floats { get; } = [Float32, Tf32, Float16, BFloat16];

    /// <summary>What a file and libtorch store a float of this format as.</summary>
    internal ElementType StoredAs => this == Float16 ? ElementType.Float16 : this == BFloat16 ? ElementType.BFloat16 : ElementType.Float;

    /// <summary>Whether it is a float that is stored in 16 bits.</summary>
    internal bool IsHalf => StoredAs != ElementType.Float;

    /// <summary>
    /// Integers of 8 bits of which no two neighbours of a weight add up to more than 128: products with them are exact on every x86
    /// (<see cref="Quantization.PairedCodes"/>).
    /// </summary>
    public static ElementFormat PairSafe { get; } = new("int8-safe", 8, IsInteger: true);

    /// <summary>Integers of so many bits.</summary>
    public static ElementFormat Integer(int bits) => new(string.Create(CultureInfo.InvariantCulture, $"int{bits}"), bits, IsInteger: true);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

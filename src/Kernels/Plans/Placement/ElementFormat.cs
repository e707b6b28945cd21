using System.Globalization;

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

    /// <summary>Integers of so many bits.</summary>
    public static ElementFormat Integer(int bits) => new(string.Create(CultureInfo.InvariantCulture, $"int{bits}"), bits, IsInteger: true);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

namespace Cluster.Export.Parity;

/// <summary>
/// How one quantized tensor of the runtime compares with the simulation, both fed the runtime's own codes.
/// </summary>
/// <param name="Group">Group that makes the tensor.</param>
/// <param name="Elements">Codes compared.</param>
/// <param name="Different">Codes that differ and are not ties.</param>
/// <param name="LargestStep">Largest difference in codes.</param>
public sealed record GroupParity(string Group, string Tensor, long Elements, long Different, int LargestStep)
{
    /// <summary>Share of equal codes that the gate requires of kernels on the processor.</summary>
    public const double UsualShare = 0.999;

    /// <summary>Share of equal codes that the gate requires here.</summary>
    public double RequiredShare { get; init; } = UsualShare;

    /// <summary>Whether the codes must agree: not if they come from 16-bit floats that the runtime adds up in another order.</summary>
    public bool IsJudged { get; init; } = true;

    /// <summary>
    /// Whether a few codes may differ by more than one: it is computed from numbers that the runtime rounds in each run, by a range that
    /// the order of float operations moves. One code there that falls to the other side of a tie counts as often as its weight says.
    /// </summary>
    public bool RestsOnRuns { get; init; }

    /// <summary>
    /// Codes that differ by one where the number lies halfway between the two: both are correct, and the order of float operations decides.
    /// They do not count against the file.
    /// </summary>
    public long Ties { get; init; }

    /// <summary>Share of elements with the same code in both, counting ties as the same, 0 to 1; 1 without elements.</summary>
    public double ExactShare => Elements == 0 ? 1 : 1 - ((double)Different / Elements);

    /// <summary>Share of elements with another code, including ties, 0 to 1.</summary>
    public double OtherShare => Elements == 0 ? 0 : (double)(Different + Ties) / Elements;

    /// <summary>
    /// Whether at least <see cref="RequiredShare"/> of the codes are the same and no other differs by more than one, or
    /// <see cref="RestsOnRuns"/>.
    /// </summary>
    public bool Passes => !IsJudged || ((LargestStep <= 1 || RestsOnRuns) && ExactShare >= RequiredShare);
}

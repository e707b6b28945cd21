namespace Cluster.Kernels.Metrics;

/// <summary>A runtime's results over an evaluation set.</summary>
/// <param name="CorrectBits">Bit i (of byte i / 8, least significant first) is set if image i was classified correctly.</param>
/// <param name="Kl">Mean KL(FP32 || this) of the outputs, nats; 0 if no reference was given.</param>
/// <param name="Agree">Images with the reference's top-1 class.</param>
/// <param name="Losses">One per image if the job judges by a loss (<see cref="OutputLosses"/>); then no image counts as right.
/// Null otherwise.</param>
/// <param name="Answers">Where the images have no labels, so that FP32's classes count as right: the largest classes of each image that has
/// others, or of each image for FP32 itself. Null otherwise.</param>
public sealed record RuntimeScore(
    int Correct, int Total, byte[] CorrectBits, double Kl, int Agree, float[]? Losses = null, IReadOnlyList<int>? Answers = null)
{
    /// <summary>The mean loss of an image; without losses, the share of wrong images.</summary>
    public double Loss => Losses is null ? (double)(Total - Correct) / Total : Losses.Average(loss => (double)loss);

    /// <summary>
    /// Images that are right here and wrong in <paramref name="after"/>, and the other way round; both must be of the same images.
    /// </summary>
    public (int Lost, int Gained) ChangesTo(RuntimeScore after)
    {
        int lost = 0;
        int gained = 0;
        for (int i = 0; i < CorrectBits.Length; i++)
        {
            lost += System.Numerics.BitOperations.PopCount((uint)(CorrectBits[i] & ~after.CorrectBits[i]));
            gained += System.Numerics.BitOperations.PopCount((uint)(after.CorrectBits[i] & ~CorrectBits[i]));
        }

        return (lost, gained);
    }
}

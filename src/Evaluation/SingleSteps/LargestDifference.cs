namespace Cluster.Evaluation.SingleSteps;

/// <summary>How far a rewritten network of the same function is from the one it was made of.</summary>
internal static class LargestDifference
{
    /// <summary>Of any output, as a share of the largest one before; 0 where all outputs are 0.</summary>
    public static double Of(float[] before, float[] after)
    {
        float largest = before.Max(Math.Abs);
        return largest == 0 ? 0 : before.Zip(after, (a, b) => Math.Abs(a - b)).Max() / largest;
    }
}

using Cluster.Kernels.Evaluation.Sensitivity;
using Cluster.Kernels.Evaluation.Measurement;

namespace Cluster.Bench.Scores.Fisher;

/// <summary>The contribution of some images to each score.</summary>
/// <param name="Power">Sum of squares of FP32's outputs.</param>
/// <param name="Scores">For each score: the sum of (gᵀδ)² over the images, and of signal and noise of what the group hands on.</param>
internal sealed record FisherSums(double Power, IReadOnlyList<(double Squares, double Signal, double Noise)> Scores)
{
    /// <summary>Parts are added in their order, so the result does not depend on the order of the threads.</summary>
    public static GroupSensitivity Total(int group, int index, IReadOnlyList<FisherSums> parts, int images, OutputKind outputs)
    {
        double squares = 0;
        double signal = 0;
        double noise = 0;
        double power = 0;
        foreach (var part in parts)
        {
            squares += part.Scores[index].Squares;
            signal += part.Scores[index].Signal;
            noise += part.Scores[index].Noise;
            power += part.Power;
        }

        // For values, KL is noise over twice their mean power (OutputDivergence).
        double unit = outputs == OutputKind.Values && power > 0 ? power / images : 1;
        return new GroupSensitivity(group, images, squares / (2 * unit), signal, noise, default);
    }
}

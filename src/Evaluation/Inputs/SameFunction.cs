using Cluster.Evaluation.Failures;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Runtimes;

namespace Cluster.Evaluation.Inputs;

/// <summary>
/// Whether a network rewritten in FP32 still computes the function of the original file, as ONNX Runtime computes it. Simulation and
/// written file both use the rewritten weights, so the parity gate cannot detect a wrong rewrite.
/// </summary>
internal static class SameFunction
{
    private const int Samples = 4;

    // Rounding in FP32 is about 1e-6 of the outputs, and 1e-5 in deep networks; a wrong formula is seldom below 1e-2.
    private const double Limit = 1e-3;

    /// <summary>Runs both on a few samples.</summary>
    /// <param name="network">The file, and how it was rewritten.</param>
    /// <param name="float32">The rewritten network.</param>
    /// <exception cref="InvalidPlanException">They differ; the message names the rewrite.</exception>
    public static void Require(NetworkFile network, FloatNetwork float32, ImageBatches samples)
    {
        if (network.FirstOutput.Type != ElementType.Float)
        {
            return;
        }

        var inputs = samples.Take(Samples).Inputs(0);
        float[] expected = First(network.Float32Model, inputs);
        float[] found = float32.Run(inputs);
        if (network.Prepared is not null && Difference(expected, found) is > Limit or double.NaN)
        {
            using var normalised = new FloatNetwork(GroupFinder.Find(network.Normalised));
            Require("--equalize", network.Path, normalised.Run(inputs), found);
        }

        Require("folding its constants, BatchNormalization and biases", network.Path, expected, found);
    }

    /// <summary>Root mean square of the differences, relative to that of the outputs before; at most a thousandth.</summary>
    /// <param name="rewrite">The name of the rewrite, as the subject of a sentence.</param>
    /// <exception cref="InvalidPlanException">It is larger; the message names rewrite and network.</exception>
    public static double Require(string rewrite, string path, float[] before, float[] after)
    {
        double difference = Difference(before, after);
        return difference <= Limit ? difference : throw new InvalidPlanException(
            $"{rewrite} does not keep the function of {path}: on a few samples FP32's outputs differ by {100 * difference:0.###} % (root "
            + $"mean square), where at most {100 * Limit:0.#} % is expected of rounding. That is a defect of this program: leave the step "
            + "out if it is optional, and report the network.");
    }

    /// <summary>The same for the first outputs of two files in ONNX Runtime.</summary>
    /// <exception cref="InvalidPlanException">As above.</exception>
    public static double Require(string rewrite, string path, byte[] before, byte[] after, IReadOnlyList<TensorData> inputs) =>
        Require(rewrite, path, First(before, inputs), First(after, inputs));

    // The first output, row-major.
    private static float[] First(byte[] model, IReadOnlyList<TensorData> inputs)
    {
        using var session = OrtSession.Open(model, new OrtSessionOptions { Threads = 1, AllowSpinning = false });
        return session.Run(inputs, [session.OutputNames[0]])[0].As<float>().ToArray();
    }

    // A network whose outputs are not finite is refused later, when they are measured.
    private static double Difference(float[] before, float[] after)
    {
        double signal = before.Sum(value => (double)value * value);
        double noise = before.Zip(after, (a, b) => ((double)a - b) * ((double)a - b)).Sum();
        return !double.IsFinite(signal) || noise == 0 ? 0 : Math.Sqrt(noise / signal);
    }
}

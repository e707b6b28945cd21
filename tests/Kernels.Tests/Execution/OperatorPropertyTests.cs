using Cluster.Kernels.Tests.Execution.Forms;

namespace Cluster.Kernels.Tests.Execution;

/// <summary>
/// Operators of random shapes and attributes against ONNX Runtime: their results, and their slopes against what ONNX Runtime makes of
/// inputs a little apart.
/// </summary>
public sealed class OperatorPropertyTests
{
    internal const int Cases = 24;

    public static TheoryData<string> Kinds => [.. OperatorForm.Kinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Run_RandomForms_EqualOnnxRuntimeForwardAndBackward(string kind)
    {
        for (int seed = 1; seed <= Cases; seed++)
        {
            var form = OperatorForm.Kinds[kind](new Random(seed));
            var graph = OnnxReader.Read(OnnxWriter.Write(form.Graph.Build()), kind);
            string said = $"{kind} {seed}: {form.Text}";
            using var session = OrtSession.Open(
                OnnxWriter.Write(graph), new OrtSessionOptions { Optimize = GraphOptimizationLevel.ORT_DISABLE_ALL });
            (float[] input, float gap) = Apart((int)form.Shape.Aggregate(1L, (a, b) => a * b), seed);

            float[] expected = Runtime(session, graph, form, input);
            using var network = new FloatNetwork(Nets.Group(graph));
            Nets.Distance(network.Run(input, form.Shape), expected).ShouldBeLessThanOrEqualTo(1e-5f, said);

            Slopes(session, graph, form, input, gap, said);
        }
    }

    // The derivative along one random direction, of the result's product with random numbers, from both sides.
    private static void Slopes(OrtSession session, ModelGraph graph, OperatorForm form, float[] input, float gap, string said)
    {
        float step = 0.4f * gap;
        float[] direction = Nets.Values(input.Length, 77);
        float[] above = Runtime(session, graph, form, [.. input.Zip(direction, (x, d) => x + (step * d))]);
        float[] below = Runtime(session, graph, form, [.. input.Zip(direction, (x, d) => x - (step * d))]);
        float[] weights = Nets.Values(above.Length, 78);
        double expected = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            expected += weights[i] * ((double)above[i] - below[i]) / (2 * step);
        }

        using var programs = new ProgramBuilder(Nets.Group(graph), hasGradients: true);
        using var scope = TorchSharp.torch.NewDisposeScope();
        var x = Nets.Leaf(input, form.Shape);
        var output = programs.Whole().Run([x])[0];
        var gradient = TorchSharp.torch.autograd.grad([output.mul(TensorFactory.FromFloats(weights, output.shape)).sum()], [x])[0];
        float[] slopes = TensorFactory.ToFloats(gradient.contiguous());

        double actual = slopes.Zip(direction, (slope, d) => (double)slope * d).Sum();
        double size = slopes.Zip(direction, (slope, d) => Math.Abs((double)slope * d)).Sum();
        Math.Abs(actual - expected).ShouldBeLessThanOrEqualTo(0.01 * Math.Max(size, 0.1), said);
    }

    // Numbers between -2 and 2 in disorder, all as far apart, and none near 0: steps along a direction change no order and no sign.
    private static (float[] Values, float Gap) Apart(int count, int seed)
    {
        float gap = 4f / count;
        float[] values = [.. Enumerable.Range(0, count).Select(i => ((i + 0.5f) * gap) - 2)];
        if (count % 2 == 1)
        {
            values[count / 2] = 2 + (0.5f * gap);
        }

        new Random(seed).Shuffle(values);
        return (values, gap);
    }

    private static float[] Runtime(OrtSession session, ModelGraph graph, OperatorForm form, float[] input) =>
        session.Run([TensorData.FromFloats(form.Shape, input)], [graph.Outputs[0].Name])[0].As<float>().ToArray();
}

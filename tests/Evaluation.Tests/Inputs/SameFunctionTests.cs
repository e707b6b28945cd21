using Cluster.Evaluation.Failures;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Groups;

namespace Cluster.Evaluation.Tests.Inputs;

/// <summary>Planted faults of rewrites in FP32 are refused by name.</summary>
public sealed class SameFunctionTests : IDisposable
{
    private readonly Sample _sample = Sample.Small();

    public void Dispose() => _sample.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Require_RightRewrite_Passes(bool equalize)
    {
        var network = NetworkFile.Open(_sample.ModelPath, equalize);
        using var float32 = new FloatNetwork(network.Grouped);

        Should.NotThrow(() => SameFunction.Require(network, float32, _sample.Calibration));
    }

    [Theory]
    [InlineData(false, "folding its constants, BatchNormalization and biases")]
    [InlineData(true, "--equalize")]
    public void Require_OneChannelScaledInOneLayerOnly_IsRefusedByTheNameOfTheRewrite(bool equalize, string rewrite)
    {
        var network = NetworkFile.Open(_sample.ModelPath, equalize);
        var graph = network.Grouped.Graph;
        float[] weights = graph.Initializers["w2"].As<float>().ToArray();
        for (int channel = 0; channel < 4; channel++)
        {
            weights[channel] *= 1.1f;
        }

        using var wrong = new FloatNetwork(GroupFinder.Find(graph with
        {
            Initializers = new Dictionary<string, TensorData>(graph.Initializers, StringComparer.Ordinal)
            {
                ["w2"] = TensorData.FromFloats([4, 4, 1, 1], weights),
            },
        }));

        Should.Throw<InvalidPlanException>(() => SameFunction.Require(network, wrong, _sample.Calibration))
            .Message.ShouldStartWith(
                $"{rewrite} does not keep the function of {_sample.ModelPath}: on a few samples FP32's outputs differ");
    }

    [Theory]
    [InlineData(new float[] { 1, -2 }, new float[] { 1, -2 }, true)]
    [InlineData(new float[] { 1, -2 }, new float[] { 1.0001f, -2 }, true)]
    [InlineData(new float[] { 1, -2 }, new float[] { 1.01f, -2 }, false)]
    [InlineData(new float[] { 0, 0 }, new float[] { 0, 1e-9f }, false)]
    [InlineData(new float[] { 1, -2 }, new float[] { float.NaN, -2 }, false)]
    [InlineData(new float[] { float.NaN, -2 }, new float[] { float.NaN, -2 }, true)] // for the measurement to refuse
    public void Require_Outputs_MayDifferByRounding(float[] before, float[] after, bool passes)
    {
        var require = () => { SameFunction.Require("smooth", "net.onnx", before, after); };

        if (passes)
        {
            require.ShouldNotThrow();
        }
        else
        {
            require.ShouldThrow<InvalidPlanException>().Message.ShouldStartWith("smooth does not keep the function of net.onnx");
        }
    }
}

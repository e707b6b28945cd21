using System.Text.Json;
using Cluster.Export.Paddle;

namespace Cluster.Export.Tests.Paddle;

public sealed class PaddleScalesTests
{
    private const string Name = "net.paddle.json";

    // PaddleSlim's formula for the threshold 2, worked out by hand (../shared/methods.md, 1.7).
    [Theory]
    [InlineData(0.0079f, 1)]
    [InlineData(0.5f, 32)]
    [InlineData(-0.5f, -32)]
    [InlineData(1.9f, 121)]
    [InlineData(-2.3f, -128)]
    public void Threshold_OfTheStepOfAnOnnxFile_GivesPaddleSlimsCodes(float value, int code)
    {
        var onnx = new QuantizationParameters(2f / 127, 0, sbyte.MinValue, sbyte.MaxValue);

        float alpha = PaddleOperator.Threshold(onnx.Scale);

        alpha.ShouldBe(2f);
        AffineQuantizer.Quantize(value, onnx).ShouldBe(code);
        Math.Clamp((int)MathF.Round(value / alpha * 127, MidpointRounding.ToEven), -128, 127).ShouldBe(code);
    }

    [Fact]
    public void Threshold_OfEveryStepThatAThresholdGives_GivesThatStepAgain()
    {
        var random = new Random(1);
        for (int i = 0; i < 100_000; i++)
        {
            float step = (float)Math.Pow(2, (40 * random.NextDouble()) - 20) / 127;

            (PaddleOperator.Threshold(step) / 127).ShouldBe(step);
        }
    }

    [Fact]
    public void Write_Residual_HasAPairForEachTensorAndAScaleForEachChannelOfAWeight()
    {
        var network = Symmetric(null);

        using var file = JsonDocument.Parse(PaddleScales.Write(network));

        file.RootElement.GetProperty("format").GetString().ShouldBe("cluster.paddle/v1");
        var operators = file.RootElement.GetProperty("operators").EnumerateArray().ToList();
        operators.Where(op => Text(op, "op") == "quantize_linear").Select(op => Text(op, "tensor"))
            .ShouldBe(["a", "c1", "c2", "c3", "f", "g", "r1", "r2", "r3", "x", "y"]);
        operators.Take(22).Chunk(2).ShouldAllBe(pair =>
            Text(pair[1], "op") == "dequantize_linear"
            && Text(pair[0], "tensor") == Text(pair[1], "tensor")
            && pair[0].GetProperty("scale").GetRawText() == pair[1].GetProperty("scale").GetRawText()
            && pair[0].GetProperty("quant_axis").GetInt32() == -1);
        var nodes = network.Graph.WeightedNodes.ToList();
        operators.Skip(22).Select(op => Text(op, "tensor")).ShouldBe(nodes.Select(node => node.Inputs[1]), ignoreOrder: true);
        foreach (var op in operators.Skip(22))
        {
            var weights = network.Weights(nodes.Single(node => node.Inputs[1] == Text(op, "tensor")));
            Text(op, "op").ShouldBe("dequantize_linear");
            op.GetProperty("quant_axis").GetInt32().ShouldBe(weights.Axis);
            op.GetProperty("scale").EnumerateArray().Select(alpha => alpha.GetSingle() / 127).ShouldBe(weights.Scales);
        }

        operators.ShouldAllBe(op => op.GetProperty("bit_length").GetInt32() == 8
            && op.GetProperty("round_type").GetInt32() == 0
            && op.GetProperty("zero_point").EnumerateArray().All(zero => zero.GetInt32() == 0)
            && op.GetProperty("zero_point").GetArrayLength() == op.GetProperty("scale").GetArrayLength());
    }

    // Ranges of one calibrator, taken by a network of another: the same file for ONNX, and the same list again.
    [Fact]
    public void Read_WhatWasWritten_GivesTheSameBytes()
    {
        string text = PaddleScales.Write(Symmetric(null, "kl"));
        var ranges = PaddleScalesReader.Read(text, Name);

        var read = Symmetric(ranges, "max");

        PaddleScales.Write(Symmetric(null, "max")).ShouldNotBe(text);
        PaddleScales.Write(read).ShouldBe(text);
        TensorRt(ranges, "max").ShouldBe(TensorRt(null, "kl"));
    }

    // Paddle's axis of a conv2d_transpose is 1, as ONNX's.
    [Fact]
    public void Write_TransposedConvolution_HasAScaleForEachChannel()
    {
        using var net = new Calibrated(Nets.Group(BlockConvolutionTests.UNet(isFree: false)), Nets.Noise(8, 3, 8, 8, 4));
        using var file = JsonDocument.Parse(PaddleScales.Write(Symmetric(net, "max", null)));

        var weight = file.RootElement.GetProperty("operators").EnumerateArray().Single(op => Text(op, "tensor") == "t1");
        (weight.GetProperty("quant_axis").GetInt32(), weight.GetProperty("scale").GetArrayLength()).ShouldBe((1, 4));
    }

    // Without samples only what other files need has a range; groups in FP32 have none, nor has what holds infinities.
    [Fact]
    public void Of_TensorsWithoutStatisticsOrNumbers_HaveNoRange()
    {
        using var net = Calibrated.Residual(8, 4);
        GroupDecision[] settings = [.. Nets.Mixed(net.Graph, group => group > 0, "max")];
        var infinite = new CalibrationStatistics();
        infinite.GetOrAdd("a").Add([float.PositiveInfinity, 1], 0, 1);

        Tensors(null).ShouldBe(["c2", "f", "g", "r1", "r2", "r3"], ignoreOrder: true);
        Tensors(_ => infinite).ShouldBe(["c2", "f", "g", "r1", "r2", "r3"], ignoreOrder: true);

        IEnumerable<string> Tensors(Func<IReadOnlyList<string>, CalibrationStatistics>? observe) => PaddleNetwork.Of(
            net.Resolver.Resolve(settings), settings, net.Statistics, observe).Layout.Points.Keys;
    }

    [Fact]
    public void Write_AsymmetricRange_IsRefused()
    {
        using var net = Calibrated.Residual(8, 4);

        Should.Throw<KernelException>(() => PaddleScales.Write(net.AllInt8())).Message
            .ShouldContain("PaddleSlim's format has symmetric ranges in int8 only");
    }

    [Fact]
    public void Write_NothingQuantized_IsAnEmptyList() => PaddleScalesReader.Read(PaddleScales.Write(null), Name).ShouldBeEmpty();

    [Fact]
    public void Read_DefaultsAndASingleNumber_AreTaken() =>
        PaddleScalesReader.Read(File("""{"op": "quantize_linear", "tensor": "x", "scale": 2.5}"""), Name)["x"].ShouldBe(2.5f);

    [Fact]
    public void Read_ScalesOfWeights_AreNotTaken() =>
        PaddleScalesReader.Read(
            File("""{"op": "dequantize_linear", "tensor": "w", "scale": [1, 2], "quant_axis": 0}"""), Name).ShouldBeEmpty();

    [Theory]
    [InlineData("""{"op": "relu", "tensor": "x", "scale": 1}""", "must be quantize_linear or dequantize_linear, not 'relu'")]
    [InlineData("""{"op": "quantize_linear", "scale": 1}""", "lacks \"tensor\"")]
    [InlineData("7", "lacks \"op\"")]
    [InlineData("""{"op": "quantize_linear", "tensor": "x"}""", "has a scale that is not above 0 and finite, or none")]
    [InlineData("""{"op": "quantize_linear", "tensor": "x", "scale": -1}""", "has a scale that is not above 0")]
    [InlineData("""{"op": "quantize_linear", "tensor": "x", "scale": 1e99}""", "has a scale that is not above 0")]
    [InlineData("""{"op": "quantize_linear", "tensor": "x", "scale": "1"}""", "which is no number and no list of numbers")]
    [InlineData("""{"op": "quantize_linear", "tensor": "x", "scale": 1, "bit_length": 4}""", "has bit_length 4 where 8 is expected")]
    [InlineData("""{"op": "quantize_linear", "tensor": "x", "scale": 1, "bit_length": 8.5}""", "which is no whole number")]
    [InlineData("""{"op": "quantize_linear", "tensor": "x", "scale": 1, "round_type": 1}""", "ONNX rounds halves to even")]
    [InlineData("""{"op": "quantize_linear", "tensor": "x", "scale": 1, "zero_point": 3}""", "ranges are symmetric here")]
    [InlineData("""{"op": "quantize_linear", "tensor": "x", "scale": [1, 2], "quant_axis": 1}""", "activations have one scale")]
    [InlineData(
        """{"op": "quantize_linear", "tensor": "x", "scale": 1}, {"op": "dequantize_linear", "tensor": "x", "scale": 2}""",
        "Operator 2 of 'net.paddle.json' gives 'x' another scale")]
    public void Read_WhatAFileForOnnxCannotState_IsRefused(string operators, string expected) =>
        Should.Throw<KernelException>(() => PaddleScalesReader.Read(File(operators), Name)).Message.ShouldContain(expected);

    [Theory]
    [InlineData("[]", "is no list of PaddleSlim's operators")]
    [InlineData("""{"format": "cluster.paddle/v2", "operators": []}""", "is no list of PaddleSlim's operators")]
    [InlineData("{", "is not JSON")]
    public void Read_AnotherFile_IsRefused(string text, string expected) =>
        Should.Throw<KernelException>(() => PaddleScalesReader.Read(text, Name)).Message.ShouldContain(expected);

    private static string File(string operators) => $$"""{"format": "cluster.paddle/v1", "operators": [{{operators}}]}""";

    private static string? Text(JsonElement op, string key) => op.GetProperty(key).GetString();

    private static QuantizedNetwork Symmetric(IReadOnlyDictionary<string, float>? ranges, string calibrator = "max")
    {
        using var net = Calibrated.Residual(8, 4);
        return Symmetric(net, calibrator, ranges);
    }

    private static QuantizedNetwork Symmetric(Calibrated net, string calibrator, IReadOnlyDictionary<string, float>? ranges)
    {
        var settings = Nets.Mixed(net.Graph, _ => true, calibrator);
        return PaddleNetwork.Of(
            net.Resolver.Resolve(settings),
            settings,
            net.Statistics,
            tensors => CalibrationPass.Run(net.Float32, net.Images, tensors, 1, CancellationToken.None),
            ranges);
    }

    private static byte[] TensorRt(IReadOnlyDictionary<string, float>? ranges, string calibrator)
    {
        using var net = Calibrated.Residual(8, 4);
        var settings = Nets.Mixed(net.Graph, _ => true, calibrator);
        return OnnxWriter.Write(TensorRtExporter.Export(
            TensorRtNetwork.Of(net.Resolver.Resolve(settings), settings, net.Statistics, ranges))).Message;
    }
}

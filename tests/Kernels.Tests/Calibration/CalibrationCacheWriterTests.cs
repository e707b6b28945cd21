namespace Cluster.Kernels.Tests.Calibration;

public sealed class CalibrationCacheWriterTests
{
    [Fact]
    public void Write_Tensors_IsTensorRtsText()
    {
        // Half and one are exact: 63.5 / 127 = 0.5 = 3f000000, 127 / 127 = 1 = 3f800000, 2^-10 = 3a800000.
        string text = Text(
            [("input", 63.5f), ("onnx::Conv_329", 127f), ("(Unnamed Layer* 22) [Constant]_output", 127f / 1024), ("dead", 0f)]);

        text.ShouldBe(
            "TRT-8501-EntropyCalibration2\n"
            + "input: 3f000000\n"
            + "onnx::Conv_329: 3f800000\n"
            + "(Unnamed Layer* 22) [Constant]_output: 3a800000\n"
            + "dead: 3f800000\n");
    }

    [Fact]
    public void Write_TinyScale_KeepsEightDigits() => Text([("t", 1e-40f)]).ShouldMatch("t: 0000[0-9a-f]{4}\n$");

    [Theory]
    [InlineData("", 1f)]
    [InlineData("a\nb", 1f)]
    [InlineData("a\rb", 1f)]
    [InlineData("a", float.NaN)]
    [InlineData("a", float.PositiveInfinity)]
    [InlineData("a", -1f)]
    public void Write_WhatTheFormatCannotHold_IsRefused(string name, float amax) =>
        Should.Throw<KernelException>(() => Text([(name, amax)])).Message.ShouldContain("TensorRT calibration cache");

    [Fact]
    public void Write_SameNameTwice_IsRefused() =>
        Should.Throw<KernelException>(() => Text([("a", 1f), ("a", 2f)])).Message.ShouldContain("twice");

    private static string Text(IEnumerable<(string Tensor, float Amax)> tensors)
    {
        using var writer = new StringWriter();
        CalibrationCacheWriter.Write(writer, tensors);
        return writer.ToString();
    }
}

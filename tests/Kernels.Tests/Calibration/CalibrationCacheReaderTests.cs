namespace Cluster.Kernels.Tests.Calibration;

public sealed class CalibrationCacheReaderTests
{
    private const string NoCache =
        "'cache' does not begin with TRT-…; a calibration cache of TensorRT, such as calibration.cache, is expected.";

    private const string NoLine = " of 'cache' is not a tensor's name, a colon and the 8 hex digits of a positive scale.";

    [Fact]
    public void Read_WhatTheWriterWrites_GivesTheLargestMagnitudes()
    {
        using var text = new StringWriter();
        CalibrationCacheWriter.Write(text, [("input", 127), ("a: b", 6), ("conv/Relu:0", 0.25f)]);
        using var reader = new StringReader(text.ToString());

        var found = CalibrationCacheReader.Read(reader, "calibration.cache");

        found.Keys.Order(StringComparer.Ordinal).ShouldBe(["a: b", "conv/Relu:0", "input"]);
        found["input"].ShouldBe(127);
        found["a: b"].ShouldBe(6, 1e-6);
        found["conv/Relu:0"].ShouldBe(0.25f, 1e-7);
    }

    [Fact]
    public void Read_LineOfTensorRt_IsItsScaleTimes127()
    {
        using var reader = new StringReader("TRT-8501-EntropyCalibration2\nimages: 3c010a14\n");

        CalibrationCacheReader.Read(reader, "cache")["images"].ShouldBe(BitConverter.Int32BitsToSingle(0x3c010a14) * 127);
    }

    [Theory]
    [InlineData("", NoCache)]
    [InlineData("images: 3c010a14\n", NoCache)]
    [InlineData("TRT-1-E\nimages 3c010a14\n", "Line 2" + NoLine)]
    [InlineData("TRT-1-E\na: 3c010a14\nb: 3c01\n", "Line 3" + NoLine)]
    [InlineData("TRT-1-E\na: bc010a14\n", "Line 2" + NoLine)]
    [InlineData("TRT-1-E\na: 7f800000\n", "Line 2" + NoLine)]
    [InlineData("TRT-1-E\na: 3c010a14\na: 3c010a14\n", "Line 3 of 'cache' names the tensor 'a' again; one line each is expected.")]
    public void Read_DamagedCache_IsRefusedInOneSentence(string text, string message)
    {
        using var reader = new StringReader(text);

        Should.Throw<KernelException>(() => CalibrationCacheReader.Read(reader, "cache")).Message.ShouldBe(message);
    }
}

namespace Cluster.Kernels.Tests.Calibration;

public sealed class CalibrationStatisticsTests
{
    [Fact]
    public void Save_ThenLoad_GivesTheSameStatisticsAndBytes()
    {
        var statistics = Sample();
        byte[] bytes = Bytes(statistics);

        var loaded = CalibrationStatistics.Load(new MemoryStream(bytes));

        loaded.Names.ShouldBe(["empty", "input \"ä\"", "relu", "zero"]);
        Bytes(loaded).ShouldBe(bytes);
        loaded.ComputeDigest().ShouldBe(statistics.ComputeDigest());
        loaded.ComputeDigest().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        var relu = loaded.Get("relu");
        (relu.Min, relu.Max, relu.Count, relu.ZeroCount, relu.Images).ShouldBe((0f, 2.5f, 6, 3, 3));
        CalibrationMethod.Parse("moving-average").Range(relu, new ActivationBounds(0f, null))
            .ShouldBe(CalibrationMethod.Parse("moving-average").Range(statistics.Get("relu"), new ActivationBounds(0f, null)));
    }

    [Fact]
    public void Save_TensorsAddedInAnotherOrder_GivesTheSameBytes()
    {
        var forward = new CalibrationStatistics();
        forward.GetOrAdd("a").Add([1f]);
        forward.GetOrAdd("b").Add([2f]);
        var backward = new CalibrationStatistics();
        backward.GetOrAdd("b").Add([2f]);
        backward.GetOrAdd("a").Add([1f]);

        Bytes(backward).ShouldBe(Bytes(forward));
    }

    [Fact]
    public void Get_UnknownTensor_NamesRemedy() =>
        Should.Throw<KernelException>(() => Sample().Get("conv9")).Message.ShouldContain("'conv9'");

    [Fact]
    public void Load_ContentForgedUnderAValidChecksum_IsAClearErrorOrConsistent()
    {
        byte[] bytes = Bytes(Sample());
        int end = bytes.Length - SHA256.HashSizeInBytes;
        int refused = 0;
        for (int i = 0; i < end; i++)
        {
            byte[] forged = (byte[])bytes.Clone();
            forged[i] ^= 0x81;
            SHA256.HashData(forged.AsSpan(0, end), forged.AsSpan(end));
            try
            {
                Bytes(CalibrationStatistics.Load(new MemoryStream(forged))).ShouldNotBeNull();
            }
            catch (KernelException)
            {
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(end / 2);
    }

    [Fact]
    public void Load_LaterVersion_NamesBoth()
    {
        byte[] bytes = Bytes(Sample());
        bytes[8] = 9;

        Should.Throw<KernelException>(() => CalibrationStatistics.Load(new MemoryStream(bytes)))
            .Message.ShouldBe("The calibration file has version 9 and this program reads version 1; calibrate again.");
    }

    private static CalibrationStatistics Sample()
    {
        var statistics = new CalibrationStatistics();
        statistics.GetOrAdd("relu").Add([0f, 2f, 0f, 1.5f], 0, 2);
        statistics.GetOrAdd("relu").Add([0f, 2.5f], 7, 1);
        statistics.GetOrAdd("input \"ä\"").Add([-1f, 0.1f, 0.1f]);
        statistics.GetOrAdd("zero").Add([0f, 0f]);
        statistics.GetOrAdd("empty");
        return statistics;
    }

    private static byte[] Bytes(CalibrationStatistics statistics)
    {
        using var stream = new MemoryStream();
        statistics.Save(stream);
        return stream.ToArray();
    }
}

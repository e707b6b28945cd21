namespace Cluster.Tests;

internal static class Sample
{
    public static AccuracyResult Accuracy(bool[] correct, double kl = 0) => new()
    {
        Correct = correct.Count(bit => bit),
        Total = correct.Length,
        Kl = kl,
        Agree = correct.Length,
        CorrectBits = Bits(correct),
        ArtefactSha256 = new string('0', 64),
        SizeBytes = 1,
        Bops = 1,
    };

    public static byte[] Bits(bool[] values)
    {
        var bits = new byte[(values.Length + 7) / 8];
        for (var i = 0; i < values.Length; i++)
        {
            bits[i >> 3] |= (byte)(values[i] ? 1 << (i & 7) : 0);
        }

        return bits;
    }

    public static LatencyResult Latency(string digest, double ms, double float32Ms) => new()
    {
        PlanDigest = digest,
        MedianMs = ms,
        IqrMs = 0.01,
        Count = 50,
        Float32MedianMs = float32Ms,
        Float32IqrMs = 0.01,
        Runtime = "synthetic 1",
        Device = "synthetic",
        Batch = 32,
        Threads = 1,
    };

    /// <summary>What result.json has of a job, which fits its schema and is read as it was written.</summary>
    public static ResultDocument Result(ResultDocument made, ParityFinding? parity = null)
    {
        var timings = new ResultTimings(12.5, new Dictionary<string, double>(StringComparer.Ordinal) { ["calibration"] = 1.5 });
        var document = made with { Parity = parity, Timings = timings };
        string text = document.Format();
        SchemaValidator.Of("result.schema.json").Errors(text).ShouldBeEmpty();
        ResultDocument.Parse(text, "result.json").Format().ShouldBe(text);
        return document;
    }
}

namespace Cluster.Kernels.Tests.QuantizedNetworks;

public sealed class LearnedParametersTests
{
    [Fact]
    public void Save_ThenLoad_GivesTheSameNumbersAndBytes()
    {
        var parameters = Sample();

        var loaded = LearnedParameters.Load(new MemoryStream(Bytes(parameters)));

        loaded.Weights["conv \"ä\""].Codes.ShouldBe([-8, 7, 0]);
        loaded.Weights["conv \"ä\""].Scales.Select(BitConverter.SingleToInt32Bits)
            .ShouldBe(new[] { 0.1f, float.Epsilon }.Select(BitConverter.SingleToInt32Bits));
        loaded.Activations["r1"].ShouldBe(new QuantizationParameters(0.3f, 4, 0, 15));
        loaded.Biases["conv \"ä\""].ShouldBe([1.5f, -2]);
        loaded.Biases["empty"].ShouldBeEmpty();
        Bytes(loaded).ShouldBe(Bytes(parameters));
        loaded.ComputeDigest().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Bytes(parameters))));
    }

    [Fact]
    public void Save_EntriesInAnotherOrder_GivesTheSameBytes()
    {
        var forward = new LearnedParameters
        {
            Biases = new Dictionary<string, float[]>(StringComparer.Ordinal) { ["a"] = [1], ["b"] = [2] }
        };
        var backward = new LearnedParameters
        {
            Biases = new Dictionary<string, float[]>(StringComparer.Ordinal) { ["b"] = [2], ["a"] = [1] }
        };

        Bytes(backward).ShouldBe(Bytes(forward));
    }

    [Fact]
    public void Save_AnyNumbers_AreReadBackBitForBit() =>
        Prop.ForAll<(sbyte[] Codes, float[] Scales, int Zero)>(given =>
        {
            var parameters = new LearnedParameters
            {
                Weights = new Dictionary<string, LearnedWeights>(StringComparer.Ordinal) { ["n"] = new(given.Codes, given.Scales) },
                Activations = new Dictionary<string, QuantizationParameters>(StringComparer.Ordinal)
                {
                    ["t"] = new(1.1f, given.Zero, 0, 3)
                },
            };
            var loaded = LearnedParameters.Load(new MemoryStream(Bytes(parameters)));
            return loaded.Weights["n"].Codes.AsSpan().SequenceEqual(given.Codes)
                && loaded.Weights["n"].Scales
                    .Select(BitConverter.SingleToInt32Bits)
                    .SequenceEqual(given.Scales.Select(BitConverter.SingleToInt32Bits))
                && loaded.Activations["t"] == parameters.Activations["t"];
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Load_CutOrChangedAnywhere_IsAClearError()
    {
        byte[] bytes = Bytes(Sample());
        for (int i = 0; i < bytes.Length; i++)
        {
            Should.Throw<KernelException>(() => LearnedParameters.Load(new MemoryStream(bytes[..i])))
                .Message.ShouldContain("learned parameters");
            bytes[i] ^= 0x10;
            Should.Throw<KernelException>(() => LearnedParameters.Load(new MemoryStream(bytes)));
            bytes[i] ^= 0x10;
        }
    }

    [Fact]
    public void Load_ContentForgedUnderAValidChecksum_IsAClearErrorOrNumbers()
    {
        byte[] bytes = Bytes(Sample());
        int end = bytes.Length - SHA256.HashSizeInBytes;
        int refused = 0;
        for (int i = 12; i < end; i++)
        {
            byte[] forged = [.. bytes];
            forged[i] ^= 0x04;
            SHA256.HashData(forged.AsSpan(0, end), forged.AsSpan(end));
            try
            {
                LearnedParameters.Load(new MemoryStream(forged)).ShouldNotBeNull();
            }
            catch (KernelException)
            {
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(20, "names and lengths are checked, other numbers cannot be");
    }

    internal static byte[] Bytes(LearnedParameters parameters)
    {
        using var stream = new MemoryStream();
        parameters.Save(stream);
        return stream.ToArray();
    }

    private static LearnedParameters Sample() => new()
    {
        Weights = new Dictionary<string, LearnedWeights>(StringComparer.Ordinal)
        {
            ["conv \"ä\""] = new([-8, 7, 0], [0.1f, float.Epsilon])
        },
        Activations = new Dictionary<string, QuantizationParameters>(StringComparer.Ordinal) { ["r1"] = new(0.3f, 4, 0, 15) },
        Biases = new Dictionary<string, float[]>(StringComparer.Ordinal) { ["conv \"ä\""] = [1.5f, -2], ["empty"] = [] },
    };
}

namespace Cluster.Kernels.Tests.Calibration;

public sealed class ActivationHistogramTests
{
    [Fact]
    public void Add_SmallTensor_CountsByHand()
    {
        var histogram = new ActivationHistogram("t");
        histogram.Add([0f, -0f, 1f, 1.5f, 1.99f, -0.25f], 0, 2);

        histogram.Count.ShouldBe(6);
        histogram.ZeroCount.ShouldBe(2);
        histogram.Min.ShouldBe(-0.25f);
        histogram.Max.ShouldBe(1.99f);
        histogram.Exponent.ShouldBe(1);
        histogram.BinWidth.ShouldBe(1.0 / 4096);
        histogram.Positive[4096].ShouldBe(1);
        histogram.Positive[6144].ShouldBe(1);
        histogram.Positive[(int)(1.99f * 4096)].ShouldBe(1);
        histogram.Negative[1024].ShouldBe(1);
        histogram.Positive.ToArray().Sum().ShouldBe(3);
        histogram.Negative.ToArray().Sum().ShouldBe(1);
        histogram.ImageMinima.ToArray().ShouldBe([0f, -0.25f]);
        histogram.ImageMaxima.ToArray().ShouldBe([1f, 1.99f]);
    }

    // No image fills its last turn of tables: none of them may take more than its part.
    [Theory]
    [InlineData(3, 50_000)]
    [InlineData(515, 600)]
    [InlineData(1_027, 400)]
    public void Add_ManyImagesOfOneValue_AreAllCounted(int length, int images)
    {
        var histogram = new ActivationHistogram("t");
        float[] values = new float[length * images];
        Array.Fill(values, 1f);
        histogram.Add(values, 0, images);

        histogram.Positive[4096].ShouldBe(values.Length);
        histogram.Positive.ToArray().Sum().ShouldBe(values.Length);
    }

    [Theory]
    [InlineData(1e-40f)]
    [InlineData(1.4e-45f)]
    [InlineData(float.MaxValue)]
    [InlineData(-float.MaxValue)]
    public void Add_ExtremeMagnitudes_AreCounted(float value)
    {
        var histogram = new ActivationHistogram("t");
        histogram.Add([value, value / 2, 0f, 1e-30f]);

        histogram.Positive.ToArray().Sum().ShouldBe(histogram.Count - histogram.ZeroCount - histogram.Negative.ToArray().Sum());
        Math.Max(histogram.Max, -histogram.Min).ShouldBe(Math.Max(Math.Abs(value), 1e-30f));
    }

    // Longer than a block of the vectorised loop, and no multiple of a vector; more than the tally holds at once; growing from block to
    // block, so that bins are merged within an image.
    [Theory]
    [InlineData(5_003, false, false)]
    [InlineData(700_001, false, false)]
    [InlineData(700_001, true, false)]
    [InlineData(40_009, false, true)]
    public void Add_LargeTensor_AgreesWithAPlainLoop(int length, bool oneSided, bool growing)
    {
        float[] values = Values(new Random(5), length);
        if (growing)
        {
            values = [.. values.Select((value, i) => value * MathF.ScaleB(1, (i / 5_000) - 4))];
        }

        if (oneSided)
        {
            // As after a ReLU, and more of one value than 16 bits count.
            values = Array.ConvertAll(values, value => value < 0 ? 0.5f : value);
        }

        ShouldAgreeWithAPlainLoop(values, images: 1);
    }

    [Fact]
    public void Add_OtherBatchesAndOrders_GiveTheSameBits() =>
        Prop.ForAll<int, PositiveInt, PositiveInt>((seed, batchSeed, size) =>
        {
            var random = new Random(seed);
            int length = 1 + (size.Get % 700);
            float[][] images = [.. Enumerable.Range(0, 13).Select(_ => Values(random, length))];
            string whole = Digest([(0, 13)], images);
            string single = Digest([.. Enumerable.Range(0, 13).Select(image => (image, 1))], images);

            var batchRandom = new Random(batchSeed.Get);
            var batches = new List<(int First, int Count)>();
            for (int first = 0; first < 13;)
            {
                int count = Math.Min(1 + batchRandom.Next(5), 13 - first);
                batches.Add((first, count));
                first += count;
            }

            (int First, int Count)[] shuffled = [.. batches];
            batchRandom.Shuffle(shuffled);
            return whole == single
                && whole == Digest(batches, images)
                && whole == Digest(shuffled, images)
                && whole == MergedDigest(shuffled, images);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Restore_CountedElsewhere_GivesTheSameBits()
    {
        float[] values = Values(new Random(9), 2000);
        var direct = new CalibrationStatistics();
        direct.GetOrAdd("t").Add(values, 3, 4);
        var source = direct.Get("t");

        var copied = new CalibrationStatistics();
        copied.GetOrAdd("t").Restore(
            source.Exponent, source.Positive, source.Negative, source.ZeroCount, source.ImageMinima, source.ImageMaxima);

        copied.ComputeDigest().ShouldBe(direct.ComputeDigest());
    }

    [Fact]
    public void Restore_ExponentOfALargerRange_IsRefused() =>
        Should.Throw<KernelException>(() => new ActivationHistogram("t").Restore(5, [1], [], 0, [0f], [1f]))
            .Message.ShouldContain("exponent 5");

    [Theory]
    [InlineData(float.PositiveInfinity, 200)]
    [InlineData(float.NegativeInfinity, 200)]
    [InlineData(float.NegativeInfinity, 40_000)]
    public void Add_Infinity_DiscardsEarlierValues(float infinity, int count)
    {
        float[] values = Values(new Random(5), count);
        var plain = new ActivationHistogram("t");
        plain.Add(values, 0, 4);
        values[150] = infinity;
        var first = new ActivationHistogram("t");
        first.Add(values, 4, 4);
        first.Add(Values(new Random(5), count), 8, 4);
        var second = new ActivationHistogram("t");
        second.Merge(plain);
        second.Merge(first);
        var statistics = new CalibrationStatistics();
        statistics.GetOrAdd("t").Merge(first);
        using var stream = new MemoryStream();
        statistics.Save(stream);
        stream.Position = 0;

        foreach (var histogram in new[] { first, second, CalibrationStatistics.Load(stream).Get("t") })
        {
            histogram.HasInfinity.ShouldBeTrue();
            (histogram.Count, histogram.Images, histogram.Min, histogram.Max).ShouldBe((0, 0, 0f, 0f));
        }

        statistics.Infinite.ShouldBe(["t"]);
        Should.Throw<KernelException>(() => CalibrationMethod.Parse("max").Range(first, ActivationBounds.None))
            .Message.ShouldContain("holds infinity");
    }

    [Fact]
    public void Add_NaN_IsRefusedNamingTensorAndImageAndAddsNothing()
    {
        var histogram = new ActivationHistogram("conv1_out");
        float[] values = new float[200];
        values[120] = float.NegativeInfinity;
        values[150] = float.NaN;

        var error = Should.Throw<KernelException>(() => histogram.Add(values, 10, 4));

        error.Message.ShouldContain("conv1_out");
        error.Message.ShouldContain("image 13");
        histogram.Count.ShouldBe(0);
        histogram.Images.ShouldBe(0);
    }

    // Some of the batch is in the tables of this thread by then.
    [Fact]
    public void Add_NotFiniteInALongBatch_LeavesNothingForTheNext()
    {
        float[] values = Values(new Random(3), 40_000);
        var expected = new ActivationHistogram("t");
        expected.Add(values, 0, 4);
        float[] damaged = [.. values[..^1], float.NaN];

        Should.Throw<KernelException>(() => new ActivationHistogram("t").Add(damaged, 0, 4)).Message.ShouldContain("image 3");
        var histogram = new ActivationHistogram("t");
        histogram.Add(values, 0, 4);

        histogram.Positive.ToArray().ShouldBe(expected.Positive.ToArray());
        histogram.Negative.ToArray().ShouldBe(expected.Negative.ToArray());
        histogram.ZeroCount.ShouldBe(expected.ZeroCount);
    }

    // One value throughout, values without a neighbour in the same bin, and blocks of either kind in turn.
    [Theory]
    [InlineData(1)]
    [InlineData(4_000)]
    [InlineData(100_000)]
    public void Add_RunsOfEqualValues_AgreeWithAPlainLoop(int run)
    {
        var random = new Random(11);
        ShouldAgreeWithAPlainLoop(
            [.. Enumerable.Range(0, 200_000).Select(i => run > 1 && i / run % 2 == 0 ? 0.75f : (float)random.NextDouble() - 0.5f)],
            images: 2);
    }

    [Fact]
    public void Add_ImageSeenBefore_IsRefused()
    {
        var histogram = new ActivationHistogram("t");
        histogram.Add([1f, 2f], 4, 2);

        Should.Throw<KernelException>(() => histogram.Add([1f], 5, 1)).Message.ShouldContain("image 5");
        var other = new ActivationHistogram("t");
        other.Add([1f], 4, 1);
        Should.Throw<KernelException>(() => histogram.Merge(other)).Message.ShouldContain("image 4");
        histogram.Count.ShouldBe(2);
    }

    [Fact]
    public void Add_IndivisibleValues_AreRefused()
    {
        Should.Throw<KernelException>(() => new ActivationHistogram("t").Add([1f, 2f, 3f], 0, 2)).Message.ShouldContain("equal number");
        Should.Throw<KernelException>(() => new ActivationHistogram("t").Add([], 0, 2));
        Should.Throw<KernelException>(() => new ActivationHistogram("t").Add([1f], -1, 1));
        Should.Throw<KernelException>(() => new ActivationHistogram("t").Add([1f], 0, 0));
    }

    private static void ShouldAgreeWithAPlainLoop(float[] values, int images)
    {
        var histogram = new ActivationHistogram("t");

        histogram.Add(values, 0, images);

        long[] positive = new long[ActivationHistogram.BinsPerSide];
        long[] negative = new long[ActivationHistogram.BinsPerSide];
        foreach (float value in values.Where(value => value != 0))
        {
            (value < 0 ? negative : positive)[(int)Math.Floor(Math.Abs((double)value) / histogram.BinWidth)]++;
        }

        histogram.Positive.ToArray().ShouldBe(positive);
        histogram.Negative.ToArray().ShouldBe(values.Min() < 0 ? negative : []);
        histogram.ZeroCount.ShouldBe(values.LongCount(value => value == 0));
        (histogram.Min, histogram.Max).ShouldBe((values.Min(), values.Max()));
    }

    /// <summary>Values over many octaves, a third of them zeros of either sign.</summary>
    private static float[] Values(Random random, int length)
    {
        float magnitude = MathF.Pow(10, random.Next(-3, 4));
        return [.. Enumerable.Range(0, length).Select(i => (i % 6) switch
        {
            0 => 0f,
            1 => -0f,
            _ => (float)((random.NextDouble() - 0.4) * magnitude),
        })];
    }

    private static string Digest(IEnumerable<(int First, int Count)> batches, float[][] images) =>
        Statistics(batches, images).ComputeDigest();

    private static CalibrationStatistics Statistics(IEnumerable<(int First, int Count)> batches, float[][] images)
    {
        var statistics = new CalibrationStatistics();
        foreach ((int first, int count) in batches)
        {
            statistics.GetOrAdd("t").Add(images.Skip(first).Take(count).SelectMany(image => image).ToArray(), first, count);
        }

        return statistics;
    }

    private static string MergedDigest(IEnumerable<(int First, int Count)> batches, float[][] images)
    {
        var statistics = new CalibrationStatistics();
        foreach (var batch in batches)
        {
            statistics.Merge(Statistics([batch], images));
        }

        return statistics.ComputeDigest();
    }
}

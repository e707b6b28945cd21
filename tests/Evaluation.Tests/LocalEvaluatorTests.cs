using Cluster.Evaluation.Learning;

namespace Cluster.Evaluation.Tests;

public sealed class LocalEvaluatorTests
{
    [Fact]
    public async Task EvaluateAsync_CandidateWithInfiniteLogits_Fails()
    {
        // y = (v·c + 1) / c with c = pixel + 0.1: on black images c is 0.1 in FP32 and code 0 in INT8, whose range goes up to 255.1.
        var graph = Sample.Graph(
            [("w", [1, 1, 1, 1], [1]), ("b", [1], [0.1f]), ("v", [4, 4], Sample.Values(16, 1, 1)), ("o", [4], [1, 1, 1, 1])],
            [
                Sample.Node("Conv", "c", ["x", "w", "b"]), Sample.Node("Flatten", "f", ["c"]),
                Sample.Node("Gemm", "m", ["f", "v", "o"], ("transB", AttributeValue.Of(1L))), Sample.Node("Div", "y", ["m", "f"]),
            ],
            [-1, 1, 2, 2]);
        byte answer = (byte)Enumerable.Range(0, 4).MaxBy(row => Sample.Values(16, 1, 1).Skip(4 * row).Take(4).Sum());
        using var sample = new Sample(graph, [255, 10, 20, 30, 40, 255, 60, 70], new byte[12], [answer, answer, answer]);
        var failure = await sample.EvaluateAsync<FailedResult>(new AccuracyItem("context", sample.Int8(), ImageScope.Full));
        var float32 = await sample.EvaluateAsync<AccuracyResult>(new AccuracyItem("context", sample.Baseline, ImageScope.Full));

        failure.Kind.ShouldBe(FailureKind.NotFinite);
        failure.Reason.ShouldStartWith("Image 0 of the evaluation set gives ");
        float32.Total.ShouldBe(1, "copies count once");
    }

    [Fact]
    public async Task EvaluateAsync_Float32RightOnNoImage_EndsTheJob()
    {
        // The largest of three pixels is the answer, and no label.
        var graph = Sample.Graph(
            [("w", [3, 4], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])],
            [Sample.Node("Flatten", "f", ["x"]), Sample.Node("Gemm", "y", ["f", "w"], ("transB", AttributeValue.Of(1L)))],
            [-1, 1, 2, 2]);
        byte[] images = [9, 1, 1, 1, 1, 9, 1, 1, 1, 1, 9, 1, 200, 0, 0, 0, 0, 200, 0, 0, 0, 0, 200, 0];
        using var shifted = new Sample(graph, images, images, [1, 2, 0, 1, 2, 0]);
        using var right = new Sample(graph, images, images, [0, 1, 2, 0, 1, 2]);

        var refused = await shifted.EvaluateAsync<FailedResult>(new AccuracyItem("context", shifted.Baseline, ImageScope.Full));
        var taken = await right.EvaluateAsync<AccuracyResult>(new AccuracyItem("context", right.Baseline, ImageScope.Full));

        refused.Kind.ShouldBe(FailureKind.InvalidCandidate, "no other machine would find more");
        refused.Reason.ShouldStartWith(
            "FP32's top-1 is 0 % on 6 samples, where guessing among 3 classes gets 33.33 %: no loss can be seen.");
        taken.Correct.ShouldBe(6);
    }

    [Theory]
    [InlineData(DoubtfulData.Stop)]
    [InlineData(DoubtfulData.Ignore)]
    public async Task EvaluateAsync_Float32OfShiftedLabels_IsProvedAndEndsAJobThatIgnoresIt(DoubtfulData doubts)
    {
        var graph = Sample.Graph(
            [("w", [3, 4], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])],
            [Sample.Node("Flatten", "f", ["x"]), Sample.Node("Gemm", "y", ["f", "w"], ("transB", AttributeValue.Of(1L)))],
            [-1, 1, 2, 2]);
        byte[] images =
            [.. Enumerable.Range(0, 60).SelectMany(i => new[] { 0, 1, 2, 3 }.Select(place => (byte)(place == i % 3 ? 100 + i : i)))];
        using var sample = new Sample(
            graph, images, images, [.. Enumerable.Range(0, 60).Select(i => (byte)((i + 1) % 3))], new JobOptions { Doubts = doubts });

        var item = new AccuracyItem("context", sample.Baseline, ImageScope.Full);
        if (doubts == DoubtfulData.Ignore)
        {
            (await sample.EvaluateAsync<FailedResult>(item)).Reason.ShouldStartWith("FP32's top-1 is 0 % on 60 samples");
            return;
        }

        var accuracy = await sample.EvaluateAsync<AccuracyResult>(item);
        (accuracy.IsProved, accuracy.Doubt).ShouldBe((
            true,
            "FP32's top-1 is 0 % on 60 samples, and with labels minus 1, as they begin at 0, 100 %: subtract 1 from the labels"));
    }

    [Fact]
    public async Task EvaluateAsync_AccuracyAndSubset_AgreeBitByBit()
    {
        using var sample = Sample.Small();
        var plan = sample.Int8("mse");
        var scope = ImageScope.Subset(12, 9);

        var full = await sample.EvaluateAsync<AccuracyResult>(new AccuracyItem("context", plan, ImageScope.Full));
        var part = await sample.EvaluateAsync<AccuracyResult>(new AccuracyItem("context", plan, scope));
        var float32 = await sample.EvaluateAsync<AccuracyResult>(new AccuracyItem("context", sample.Baseline, ImageScope.Full));

        full.Total.ShouldBe(40);
        full.Correct.ShouldBe(Enumerable.Range(0, 40).Count(image => Bit(full.CorrectBits, image)));
        part.Total.ShouldBe(12);
        int[] indices = scope.Indices(40);
        Enumerable.Range(0, 12).ShouldAllBe(i => Bit(part.CorrectBits, i) == Bit(full.CorrectBits, indices[i]));
        full.Kl.ShouldBeGreaterThan(0);
        full.ArtefactSha256.ShouldBe(part.ArtefactSha256);
        (float32.Kl, float32.Agree).ShouldBe((0, 40));

        // 576 + 256 + 12 multiply-accumulates.
        float32.Bops.ShouldBe(844L * 32 * 32);
        full.Bops.ShouldBe(844L * 8 * 8);
    }

    [Fact]
    public async Task EvaluateAsync_Parity_IsTheGateOfPublishing()
    {
        using var sample = Sample.Small();
        var result = await sample.EvaluateAsync<ParityResult>(new ParityItem("context", sample.Int8()));

        (result.Failure, result.Finding.Images, result.Finding.Top1Agreement).ShouldBe((null, 40, 1));
        result.Groups.ShouldBeEmpty();
    }

    // Two channels of one scale, 200 x and 0.1 x, where a step is 200: the second is 0 in INT8.
    [Theory]
    [InlineData(null, false)]
    [InlineData(ChannelLoss.Allow, true)]
    public async Task EvaluateAsync_LostChannel_IsRefusedUnlessAllowed(ChannelLoss? asked, bool isAllowed)
    {
        var graph = Sample.Graph(
            [("w", [2, 1, 1, 1], [200, 0.1f]), ("v", [2, 2, 1, 1], [1, 0, 0, 1])],
            [Sample.Node("Conv", "c", ["x", "w"]), Sample.Node("Conv", "d", ["c", "v"]), Sample.Node("Flatten", "y", ["d"])],
            [-1, 1, 1, 1]);
        byte[] images = [1, 2, 3, 4, 5, 6, 7, 255];
        var options = new JobOptions { Batch = 2, Reconstruct = ReconstructionMode.Never, LostChannels = asked };
        using var sample = new Sample(graph, images, images, new byte[8], options);

        var result = await sample.EvaluateAsync<ParityResult>(new ParityItem("context", sample.Int8(correct: false)));

        result.Finding.Passed.ShouldBe(isAllowed);
        if (isAllowed)
        {
            (result.Failure, result.Groups.Count).ShouldBe((null, 0));
        }
        else
        {
            result.Failure.ShouldNotBeNull().ShouldStartWith(
                "Channel 1 along axis 1 of the output 'y' keeps 0.0 dB of what it holds in FP32");
            result.Failure.ShouldEndWith("or allow it with --lost-channels allow where nobody reads it.");
            result.Groups.ShouldHaveSingleItem();
        }

        result.Finding.WorstChannel.ShouldBe(new OutputChannel("y", 1, 1, 0));
    }

    [Fact]
    public void Parity_SameFileTwice_IsCheckedOnce()
    {
        using var sample = Sample.Small();
        var (builder, parity) = (sample.Setup.Builder, sample.Setup.Parity);
        var report = parity.Check(builder.Build(sample.Int8(), CancellationToken.None), CancellationToken.None);

        report.ShouldNotBeNull().Passed.ShouldBeTrue();
        parity.Check(builder.Build(sample.Int8(), CancellationToken.None), CancellationToken.None).ShouldBeSameAs(report);
        parity.Check(builder.Build(sample.Int8("kl"), CancellationToken.None), CancellationToken.None).ShouldNotBeSameAs(report);
        parity.Check(
            builder.Build(sample.Baseline, CancellationToken.None), CancellationToken.None).ShouldBeNull();
    }

    [Fact]
    public async Task EvaluateAsync_FinalTiming_TimesAllBesideTheSameFloat32()
    {
        using var sample = Sample.Small();
        Plan[] plans = [sample.Int8(), sample.Int8().With([0], GroupDecision.Baseline)];

        var result = await sample.EvaluateAsync<FinalTimingResult>(new FinalTimingItem("context", plans));

        result.Plans.Select(plan => plan.PlanDigest).ShouldBe(plans.Select(plan => plan.Digest));
        result.Plans.Select(plan => plan.Float32MedianMs).Distinct().Count().ShouldBe(1);
        result.Plans.ShouldAllBe(plan => plan.LowMs <= plan.MedianMs && plan.MedianMs <= plan.HighMs);

        // On a busy machine the limit of time ends it early.
        result.Plans.ShouldAllBe(plan => plan.Count >= new LatencyOptions().FewestRounds);
    }

    [Fact]
    public async Task EvaluateAsync_ExpectedTimings_ShareOneFloat32Run()
    {
        using var sample = Sample.Small();
        LatencyItem[] items =
        [
            new("context", sample.Int8()), new("context", sample.Int8().With([0], GroupDecision.Baseline)),
            new("context", sample.Int8().With([2], GroupDecision.Baseline)),
        ];
        sample.Evaluator.Expect([.. items.Take(2)]);

        var results = new List<LatencyResult>();
        foreach (var item in items)
        {
            results.Add(await sample.EvaluateAsync<LatencyResult>(item));
        }

        results.Select(result => result.PlanDigest).ShouldBe(items.Select(item => item.Plan.Digest));
        results.Select(result => result.Turn).ShouldBe([items[0].Plan.Digest, items[0].Plan.Digest, null]);
        (results[1].Float32MedianMs, results[1].Float32IqrMs).ShouldBe((results[0].Float32MedianMs, results[0].Float32IqrMs));
        results.ShouldAllBe(result => result.LowMs <= result.MedianMs && result.MedianMs <= result.HighMs);
    }

    [Fact]
    public async Task EvaluateAsync_Sensitivity_ScoresEveryGroupOfTheSpace()
    {
        using var sample = Sample.Small();
        var result = await sample.EvaluateAsync<SensitivityResult>(new SensitivityItem("context", "max", 24));

        result.Groups.Select(group => group.Group).ShouldBe(["c1", "c2", "y"]);
        result.Groups.ShouldAllBe(group => group.Total == 24 && group.Kl > 0 && group.SqnrDb > 5);
    }

    [Fact]
    public async Task EvaluateAsync_Sensitivity_DoesNotDependOnTheOrderOfTheList()
    {
        // Sorted by label, and shuffled.
        byte[] labels = [.. Enumerable.Range(0, 60).Select(i => (byte)(i / 20))];
        byte[] pixels = new byte[16 * 60];
        byte[] calibration = new byte[16 * 32];
        new Random(3).NextBytes(pixels);
        new Random(4).NextBytes(calibration);
        int[] order = [.. Enumerable.Range(0, 60).OrderBy(i => i * 37 % 60)];
        var sorted = await Sweep(pixels, labels, seed: 9);
        var shuffled = await Sweep(
            [.. order.SelectMany(i => pixels[(16 * i)..(16 * (i + 1))])], [.. order.Select(i => labels[i])], seed: 9);
        var other = await Sweep(pixels, labels, seed: 10);

        shuffled.ShouldBe(sorted);
        sorted.ShouldAllBe(group => group.Total == 24);
        other.ShouldNotBe(sorted);

        async Task<IReadOnlyList<GroupSensitivity>> Sweep(byte[] evaluation, byte[] classes, long seed)
        {
            using var sample = new Sample(Sample.SmallGraph(), calibration, evaluation, classes);
            return (await sample.EvaluateAsync<SensitivityResult>(new SensitivityItem("context", "max", 24, Seed: seed))).Groups;
        }
    }

    [Fact]
    public async Task EvaluateAsync_SensitivityInPieces_AddsUpToTheWhole()
    {
        using var sample = Sample.Small();
        var whole = await Sweep(null);
        SensitivityResult[] pieces = [await Sweep(new(0, 3)), await Sweep(new(1, 3)), await Sweep(new(2, 3))];

        pieces.Select(piece => piece.Part!.Images).ShouldBe([8, 8, 9]);
        for (int group = 0; group < whole.Groups.Count; group++)
        {
            var sums = pieces.Select(piece => piece.Part!.Groups[group]).ToArray();

            // libtorch rounds a product of matrices by its number of rows where the processor has AVX-512 or AMX.
            (sums.Sum(piece => piece.Divergence) / 25).ShouldBe(whole.Groups[group].Kl, 1e-4 * whole.Groups[group].Kl);
            (10 * Math.Log10(sums.Sum(piece => piece.Signal) / sums.Sum(piece => piece.Noise)))
                .ShouldBe(whole.Groups[group].SqnrDb!.Value, 1e-4);
            pieces.Sum(piece => piece.Groups[group].Correct).ShouldBe(whole.Groups[group].Correct);
        }

        Task<SensitivityResult> Sweep(SweepPart? part) =>
            sample.EvaluateAsync<SensitivityResult>(new SensitivityItem("context", "max", 25, Seed: 7, Part: part));
    }

    [Fact]
    public async Task EvaluateAsync_SensitivityByAPlan_TakesEachGroupsCalibrator()
    {
        using var sample = Sample.Small();
        var max = await Sweep("max", null);
        var clipped = await Sweep("percentile:80", null);
        var mixed = new Plan(Sample.Target, [.. sample.Groups.Select((group, i) => i == 2
            ? GroupDecision.Baseline(group)
            : GroupDecision.In(GroupFormat.Int8, group, i == 0 ? "max" : "percentile:80", biasCorrection: true))]);

        (await Sweep("max", mixed)).ShouldBe([max[0], clipped[1], max[2]]);

        async Task<IReadOnlyList<GroupSensitivity>> Sweep(string calibrator, Plan? plan) =>
            (await sample.EvaluateAsync<SensitivityResult>(new SensitivityItem("context", calibrator, 24, plan))).Groups;
    }

    [Theory]
    [InlineData(32, 8, true)]
    [InlineData(64, 16, true)]
    [InlineData(20, 20, false)]
    public async Task EvaluateAsync_Calibrators_AreChosenOnHeldBackImages(int calibrationImages, int images, bool heldBack)
    {
        byte[] calibration = new byte[16 * calibrationImages];
        byte[] evaluation = new byte[16 * 9];
        new Random(5).NextBytes(calibration);
        new Random(6).NextBytes(evaluation);
        using var sample = new Sample(Sample.SmallGraph(), calibration, evaluation, [0, 1, 2, 0, 1, 2, 0, 1, 2]);
        var item = new CalibratorItem("context", sample.Int8().With([1], GroupDecision.Baseline), ["percentile:80", "max"]);
        var found = await Choose();

        found.Groups.Select(group => group.Group).ShouldBe(["c1", "y"]);
        found.Groups.ShouldAllBe(group => group.Calibrator == "max", "a range of four fifths clips what counts");
        found.Networks.Select(score => score.Calibrator).ShouldBe(["percentile:80", "max"]);
        found.Kl.ShouldBeLessThanOrEqualTo(found.Networks.Min(score => score.Kl));
        (found.Images, found.HeldBack).ShouldBe((images, heldBack));

        // The second time the statistics of all images are read from the folder, and those of the others made anew.
        CanonicalJson.Serialize(await Choose()).ShouldBe(CanonicalJson.Serialize(found));

        async Task<CalibratorResult> Choose()
        {
            using var job = OpenedJob.Describe(
                sample.Request.Inputs, sample.Request.Options, JobFolder.CalibrationIn(sample.Request.Output));
            var result = await new LocalEvaluator(job.Lazy).EvaluateAsync(item, Attempt.Unrecorded, CancellationToken.None);
            return result.ShouldBeOfType<CalibratorResult>() with { Seconds = 0 };
        }
    }

    [Fact]
    public void Describe_UnmatchedPattern_IsRefusedWithNearNames()
    {
        using var sample = Sample.Small();
        var options = sample.Request.Options with { KeepFloat32 = ["c3"] };

        Should.Throw<JobException>(() => OpenedJob.Describe(sample.Request.Inputs, options, sample.In("calibration")))
            .Message.ShouldStartWith("--keep-fp32 has \"c3\", which names none of the 3 groups that can be quantized: near are c1, c2, y;");
    }

    [Fact]
    public async Task EvaluateAsync_UnknownCalibrator_IsInvalidCandidate()
    {
        using var sample = Sample.Small();
        var failure = await sample.EvaluateAsync<FailedResult>(new AccuracyItem("context", sample.Int8("median"), ImageScope.Full));

        failure.Kind.ShouldBe(FailureKind.InvalidCandidate);
    }

    private static bool Bit(byte[] bits, int index) => (bits[index / 8] >> (index % 8) & 1) != 0;

    [Theory]
    [InlineData(null, FailureKind.InvalidCandidate)]
    [InlineData(127, FailureKind.DeviceError)]
    public async Task EvaluateAsync_DeviceLikeFailure_IsDevicesOnlyIfDeviceIsBroken(int? gpu, FailureKind expected)
    {
        const string Name = "CUDA error: an illegal memory access was encountered";
        using var sample = Sample.Small();
        var evaluator = new LocalEvaluator(sample.Lazy, new LearningPlace
        {
            Checkpoints = sample.In("checkpoints"),
            Blocks = sample.In("blocks"),
            KeepAsync = (_, _) => throw new InvalidOperationException("Nothing is learned here."),
            ReadAsync = (_, _) => throw new InvalidOperationException("Nothing is learned here."),
            Device = gpu is { } index ? SlotDevice.Gpu(index, "none") : SlotDevice.Processors,
        });
        var plan = Plan.Uniform(GroupFormat.Int8, Sample.Target, [Name], "max", biasCorrection: false);

        var failure = (await evaluator.EvaluateAsync(
            new AccuracyItem("context", plan, ImageScope.Full), Attempt.Unrecorded, CancellationToken.None))
            .ShouldBeOfType<FailedResult>();

        failure.Kind.ShouldBe(expected, failure.Reason);
        failure.Reason.Contains(Name, StringComparison.Ordinal).ShouldBe(gpu is null, "others see what is said of a device");
    }
}

namespace Cluster.Coordinator.Tests.Latency;

public sealed class LatencyModelTests
{
    private static readonly SearchSpace Space = new(
        "m",
        [.. Enumerable.Range(0, 3).Select(i => new GroupInfo($"g{i}", ["Conv"], 100, 10, string.Empty))],
        [
            new GroupEdge(-1, 0, "x", 10),
            new GroupEdge(0, 1, "a", 10),
            new GroupEdge(0, 2, "a", 10),
            new GroupEdge(1, 2, "b", 10),
            new GroupEdge(2, 3, "y", 10)
        ]);

    private static readonly ProfileResult Profile = new(
        "p",
        [new GroupProfile("g0", 4, 1), new GroupProfile("g1", 4, 2), new GroupProfile("g2", 2, 1)],
        [
            new EdgeProfile(-1, 0, "x", 0.5, 0.1),
            new EdgeProfile(0, 1, "a", 0.3, 0.2),
            new EdgeProfile(0, 2, "a", 0.3, 0.2),
            new EdgeProfile(1, 2, "b", 0.7, 0.4),
            new EdgeProfile(2, 3, "y", 0.9, 0.6)
        ],
        10,
        5.1);

    [Theory]
    // FP32 10; all 8 bits 1+2+1 + quantize x 0.5 + dequantize y 0.6; g0 only: 1+4+2 + 0.5 + tensor a once 0.2;
    // g1 only: 4+2+2 + quantize a 0.3 + dequantize b 0.4; g2 only: 4+4+1 + quantize a 0.3 + quantize b 0.7 + dequantize y 0.6.
    [InlineData(0, 0, 0, 10.0)]
    [InlineData(1, 1, 1, 5.1)]
    [InlineData(1, 0, 0, 7.7)]
    [InlineData(0, 1, 0, 8.7)]
    [InlineData(0, 0, 1, 10.6)]
    public void Predict_ConsistentProfile_IsTheSumByHand(int first, int second, int third, double expected)
    {
        var model = LatencyModel.Fit(Space, Profile, 10, [new LatencySample([1, 1, 1], 5.1)]);

        model.Predict([first, second, third]).ShouldBe(expected, 1e-9);
    }

    [Fact]
    public void Fit_TotalsTwiceTheProfile_ScalesEverything() =>
        LatencyModel.Fit(Space, Profile, 20, []).Predict([1, 0, 0]).ShouldBe(15.4, 1e-9);

    [Fact]
    public void Fit_EdgesDearerThanProfiled_LearnsItFromMeasuredMixes()
    {
        // Truth: edges cost three times what the profile says.
        double Truth(int[] formats) =>
            LatencyModel.Fit(
                Space,
                Profile with
                {
                    Edges = [.. Profile.Edges.Select(
                        edge => edge with { QuantizeMs = 3 * edge.QuantizeMs, DequantizeMs = 3 * edge.DequantizeMs })]
                },
                10,
                [])
                .Predict(formats);
        int[][] seen = [[1, 1, 1], [1, 0, 0], [0, 1, 0]];

        LatencySample[] samples = [.. seen.Select(formats => new LatencySample(formats, Truth(formats)))];

        var model = LatencyModel.Fit(Space, Profile, 10, samples);

        int[] unseen = [1, 0, 1];
        Truth(unseen).ShouldBe(12, 1e-9);
        LatencyModel.Fit(Space, Profile, 10, []).Predict(unseen).ShouldBe(8, 1e-9);
        model.Predict(unseen).ShouldBeInRange(9, 12, "each part is believed to a fifth, so three times as dear is followed in part");
    }

    [Fact]
    public void Fit_OneGroupDearerThanProfiled_IsLearnedFromMeasuredMixes()
    {
        // Truth: the second group's INT8 kernel takes 3 ms where the profile says 2, and nothing else is off.
        var truth = LatencyModel.Fit(
            Space,
            Profile with { Groups = [Profile.Groups[0], new GroupProfile("g1", 4, 3), Profile.Groups[2]] },
            10,
            []);
        int[][] seen = [[1, 1, 1], [0, 1, 1], [0, 1, 0], [1, 0, 1]];
        LatencySample[] samples = [.. seen.Select(formats => new LatencySample(formats, truth.Predict(formats)))];
        int[][] unseen = [[1, 1, 0], [1, 0, 0], [0, 0, 1]];

        double Off(LatencySample[] known) => unseen.Average(formats => Math.Abs(
            LatencyModel.Fit(Space, Profile, 10, known).Predict(formats) - truth.Predict(formats)) / truth.Predict(formats));

        Off(samples).ShouldBeLessThan(0.7 * Off([]));
        LatencyModel.Fit(Space, Profile, 10, samples).GroupMs(1, 1).ShouldBeInRange(2.25, 3);
    }

    [Fact]
    public void Fit_MoreSamplesThanAreUsed_FollowsTheLatest()
    {
        LatencySample[] samples =
        [
            .. Enumerable.Repeat(new LatencySample([1, 1, 1], 50), 100), .. Enumerable.Repeat(new LatencySample([1, 1, 1], 5.1), 128),
        ];

        LatencyModel.Fit(Space, Profile, 10, samples).Predict([1, 1, 1]).ShouldBe(5.1, 1e-6);
    }

    [Fact]
    public void Fit_ProfileOfAnotherNetwork_IsRefused() =>
        Should.Throw<JobException>(() => LatencyModel.Fit(Networks.Easy.Space, Profile, 10, []))
            .Message.ShouldContain("another network's");

    [Fact]
    public void FromTotals_NoProfile_MeetsBothTotals()
    {
        var model = LatencyModel.FromTotals(Space, [10, 4], batch: 1, [new LatencySample([1, 1, 1], 4)]);

        model.Predict([0, 0, 0]).ShouldBe(10, 1e-6);
        model.Predict([1, 1, 1]).ShouldBe(4, 0.01);
    }

    [Theory]
    // FP16 of g0, g1, g2: 3, 1.5, 1.8. All FP16: 6.3, x converted as for 8 bits 0.5, y 0.6. g0 INT8, g1 FP16, g2 FP32:
    // 1+1.5+2, x 0.5, tensor a to FP16 0.05 and to FP32 0.2, b from FP16 0.4. g0 FP16, g1 and g2 INT8: 3+2+1, x 0.5, a
    // once, by way of FP32 0.2+0.3, y 0.6.
    [InlineData(2, 2, 2, 7.4)]
    [InlineData(1, 2, 0, 5.65)]
    [InlineData(2, 1, 1, 7.6)]
    public void Predict_ThreeFormats_IsTheSumByHand(int first, int second, int third, double expected)
    {
        double[] half = [3, 1.5, 1.8];
        var profile = Profile with
        {
            Groups = [.. Profile.Groups.Select((group, i) => group with { Others = [new FormatTime(GroupFormat.Float16, half[i])] })],
            Edges = [.. Profile.Edges.Select(edge => edge.Tensor == "a"
                ? edge with { Others = [new ConversionTime(GroupFormat.Int8, GroupFormat.Float16, 0.05)] }
                : edge)],
        };
        var space = Space with { Formats = [GroupFormat.Int8, GroupFormat.Float16] };

        var model = LatencyModel.Fit(space, profile, 10, [new LatencySample([1, 1, 1], 5.1), new LatencySample([2, 2, 2], 7.4)]);

        model.Predict([first, second, third]).ShouldBe(expected, 1e-9);
        model.GroupMs(1, 2).ShouldBe(1.5, 1e-9);
    }

    [Fact]
    public void Fit_UnprofiledFormat_SavesNothing()
    {
        var space = Space with { Formats = [GroupFormat.Int8, GroupFormat.Float16] };

        LatencyModel.Fit(space, Profile, 10, []).GroupMs(0, 2).ShouldBe(4, 1e-9);
    }
}

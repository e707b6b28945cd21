using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cluster.Coordinator.Search.Facts;
using Cluster.Reporting.Charts;
using FsCheck;
using FsCheck.Fluent;

namespace Cluster.Reporting.Tests.Charts;

public sealed class ChartTests
{
    [Fact]
    public void Charts_AnyMeasurements_StayWithinTheViewBox()
    {
        var arbitrary = Gen.Choose(0, 800)
            .Two()
            .Select(pair => (Correct: pair.Item1, Ms: 0.01 * Math.Exp(pair.Item2 / 60.0)))
            .ListOf()
            .ToArbitrary();

        var model = SampleOutcome.Model();

        Prop.ForAll(arbitrary, tried =>
        {
            var names = model.Space.Groups.Select(group => group.Name).ToArray();
            var extra = tried.Take(18)
                .Select((one, i) => SampleOutcome.Result(SampleOutcome.Measured(
                    Plan.Uniform(GroupFormat.Int8, "onnxruntime-cpu", names, "kl", biasCorrection: true).With([i], GroupFormat.Baseline),
                    one.Correct,
                    one.Ms,
                    one.Correct * 1e-5)))
                .ToArray();
            var widened = model with
            {
                Evaluated = [.. model.Evaluated, .. extra],
                Result = model.Result with
                {
                    Front = [.. model.Result.Front, .. extra.Take(3)],
                    Predictions =
                    [
                        .. extra.Select(one => new LatencyPrediction(one.PlanDigest, one.Latency!.MedianMs / 2, one.Latency.MedianMs)),
                        new LatencyPrediction("x", 1, 1)
                    ],
                },
            };
            var charts = HtmlReportTests.Body(widened).Descendants("svg").ToArray();
            return charts.Length == 6 && charts.All(IsWithin);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Over_ValuesOfAtLeastZero_BeginsAtZeroAtTheLowest() =>
        Prop.ForAll(Gen.Choose(0, 1000).ListOf().ToArbitrary(), values =>
        {
            var axis = LinearAxis.Over(values.Select(value => value * 0.01), 0.06, 0, 100);
            return axis.High > axis.Low && axis.Ticks(9).All(tick => tick > -1e-12) && (values.Count == 0 || axis.Low >= 0);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void FrontChart_WideIntervals_HasNoNegativeTicks()
    {
        var model = SampleOutcome.Model();
        var extra = SampleOutcome.Measured(
            Plan.Uniform(
                    GroupFormat.Int8,
                    "onnxruntime-cpu",
                    [.. model.Space.Groups.Select(group => group.Name)],
                    "kl",
                    biasCorrection: true)
                .With([0], GroupDecision.Baseline),
            700, 0.01, 0.001);

        var widened = model with { Evaluated = [.. model.Evaluated, SampleOutcome.Result(extra)] };

        var chart = HtmlReportTests.Body(widened).Descendants("svg").First();

        chart.Elements("text").Where(text => text.Attribute("class")!.Value == "tick").ShouldAllBe(tick => !tick.Value.StartsWith('-'));
    }

    [Fact]
    public void FrontChart_Sample_MarksWinnerBaselinesAndTheBound()
    {
        var chart = HtmlReportTests.Body(SampleOutcome.Model()).Descendants("svg").First();
        var labels = chart.Elements("text")
            .Where(text => text.Attribute("class")!.Value.StartsWith("label", StringComparison.Ordinal))
            .Select(text => text.Value);

        labels.ShouldBe(
            ["FP32", "All INT8, min-max", "All INT8, best", "Winner", "FP32 − 0.50 points: the accuracy asked for"], ignoreOrder: true);
        chart.Elements("g").Count().ShouldBe(14);
        chart.Elements("line").Count(line => line.Attribute("class")!.Value == "bound").ShouldBe(1);
        chart.Elements("text").Select(text => text.Value).ShouldContain("median milliseconds per run");
    }

    [Fact]
    public void FrontChart_CollapsedPlan_IsDrawnAtTheEdgeAndDoesNotSqueezeTheOthers()
    {
        var chart = HtmlReportTests.Body(SampleOutcome.Model()).Descendants("svg").First();

        var collapsed = chart.Elements("g").Single(group => group.Element("title")!.Value.Contains("301 of 800", StringComparison.Ordinal));
        collapsed.Element("path")!.Attribute("d")!.Value.ShouldEndWith("Z");
        chart.Elements("text").Select(text => text.Value).ShouldNotContain("40%");
    }

    [Fact]
    public void SensitivityChart_Sample_HasTheWorstGroupFirstAndNoBarForZero()
    {
        var chart = HtmlReportTests.Body(SampleOutcome.Model()).Descendants("svg").ElementAt(2);
        var rows = chart.Elements("g").ToArray();
        var widths = rows.Select(row => double.Parse(row.Element("rect")!.Attribute("width")!.Value, CultureInfo.InvariantCulture))
            .ToArray();

        rows.Length.ShouldBe(20);
        widths.ShouldBeInOrder(SortDirection.Descending);
        widths[^1].ShouldBe(0);
        rows[^1].Element("title")!.Value.ShouldStartWith("conv_11_pw/Conv: 0 nats, – dB");
    }

    [Fact]
    public void NetworkGraph_Branches_HaveABoxPerGroupInItsFormatAndALanePerBranch()
    {
        var model = SampleOutcome.Model();
        GroupEdge[] branches = [new(0, 3, "a", 1), new(0, 5, "a", 1), new(4, 6, "b", 1), new(3, 20, "c", 1), new(-1, 7, "x", 1)];
        var space = model.Space with { Edges = [.. model.Space.Edges, .. branches] };

        var chart = HtmlReportTests.Body(model with { Space = space }).Descendants("svg").ElementAt(4);

        IsWithin(chart).ShouldBeTrue();
        chart.Elements("g").Select(box => box.Attribute("class")!.Value).ShouldBe(
            model.Result.Winner.Plan.Groups.Select(group => group.Format.IsBaseline ? "box fp32" : "box int8"));
        chart.Elements("g").First().Element("title")!.Value.ShouldBe(
            $"conv_00_dw/Conv (Conv · Clip), {model.Result.Groups[0].Format.Title}: {model.Result.Groups[0].Reason}");
        chart.Elements("path").Count(path => path.Attribute("class")!.Value.StartsWith("tip", StringComparison.Ordinal))
            .ShouldBe(21 + branches.Length);
        EdgeLanes.Of(space).Select(lane => (lane.From, lane.Last, lane.Number)).ShouldBe([(4, 6, 0), (0, 5, 1)]);
    }

    [Theory]
    [InlineData(24.3, 49.7, 9, new double[] { 25, 30, 35, 40, 45 })]
    [InlineData(0, 1, 5, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(-0.031, 0.012, 4, new[] { -0.02, 0, })]
    public void Ticks_Range_AreRoundValuesWithin(double low, double high, int count, double[] expected)
    {
        var ticks = new LinearAxis(low, high, 0, 100).Ticks(count);

        ticks.Count.ShouldBe(expected.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            ticks[i].ShouldBe(expected[i], 1e-12);
        }
    }

    internal static bool IsWithin(XElement svg)
    {
        var box = svg.Attribute("viewBox")!.Value.Split(' ').Select(Number).ToArray();
        var horizontal = svg.Descendants()
            .Attributes()
            .Where(a => a.Name.LocalName is "x" or "x1" or "x2" or "cx")
            .Select(a => Number(a.Value));
        var vertical = svg.Descendants()
            .Attributes()
            .Where(a => a.Name.LocalName is "y" or "y1" or "y2" or "cy")
            .Select(a => Number(a.Value));
        var ends = svg.Descendants("rect")
            .Select(rect =>
                (
                    X: Number(rect.Attribute("x")!.Value) + Number(rect.Attribute("width")!.Value),
                    Y: Number(rect.Attribute("y")!.Value) + Number(rect.Attribute("height")!.Value)))
            .ToArray();
        var paths = svg.Descendants("path")
            .SelectMany(path => Regex.Matches(path.Attribute("d")!.Value, "[MLHV][^MLHVZ]*"))
            .Select(match => match.Value)
            .ToArray();
        var across = paths.Where(part => part[0] != 'V').Select(part => Number(part[1..].Split(' ')[0]));
        var along = paths.Where(part => part[0] != 'H').Select(part => Number(part[1..].Split(' ')[^1]));
        return horizontal.Concat(ends.Select(end => end.X)).Concat(across).All(x => x >= 0 && x <= box[2])
            && vertical.Concat(ends.Select(end => end.Y)).Concat(along).All(y => y >= 0 && y <= box[3]);
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}

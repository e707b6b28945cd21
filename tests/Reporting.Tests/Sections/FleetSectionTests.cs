using Cluster.Coordinator.Search.Fleets;
using Cluster.Coordinator.Search.Judgements;

namespace Cluster.Reporting.Tests.Sections;

/// <summary>The report of a job for several kinds of machines.</summary>
public sealed class FleetSectionTests
{
    [Fact]
    public void Write_TwoKinds_HasEachSpeedAndSaysWhatIsAnEarlierJobs()
    {
        var model = SampleOutcome.Model();
        var plan = new FleetPlan(
            model.Result.Winner.Plan,
            [new FleetSpeed(1.25, IsMeasured: true) { Ci95 = [1.2, 1.3], IsOnFront = true }, new FleetSpeed(1.5, IsMeasured: false)],
            Drop: 0.01,
            IsSameEverywhere: true);
        model = model with
        {
            Result = model.Result with { Fleet = new Fleet([new FleetKind("avx2"), new FleetKind("edge-box", IsEarlier: true)], [plan]) },
        };

        string report = HtmlReport.Write(model);

        report.ShouldContain("× FP32 on edge-box");
        report.ShouldContain("● 1.25 (1.20–1.30)");
        report.ShouldContain("≈ 1.50");
        report.ShouldContain("The times of edge-box are an earlier job");
        report.ShouldContain("on avx2, where it gains least of avx2, edge-box (predicted for edge-box)");
        PlainLines.Of(model)[0].Text.ShouldContain("where it gains least of avx2, edge-box");
    }

    [Fact]
    public void Write_OneKind_HasNoSuchSection() =>
        HtmlReport.Write(SampleOutcome.Model()).ShouldNotContain("Kinds of machines");
}

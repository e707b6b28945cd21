using Cluster.Evaluation.SingleSteps.Sensitivity;

namespace Cluster.Evaluation.Tests.SingleSteps;

public sealed class SensitivityProgressTests
{
    [Fact]
    public void Done_OnATerminal_ShowsThePlaceAndOneTimeLeft()
    {
        var error = new StringWriter();
        var progress = new SensitivityProgress(error, isLive: true);
        progress.Begin("batch", 2);

        progress.Done();
        progress.Done();

        string[] lines = error.ToString().Split("\r\u001b[2K", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        lines[0].ShouldStartWith("batch 1 of 2; ETA ");
        lines[1].ShouldBe("batch 2 of 2; ETA 00:00");
    }
}

namespace Cluster.Cli.Tests.Terminal;

public sealed class ExitCodeTests
{
    [Fact]
    public void All_Codes_AreTheGuidesTable()
    {
        string[] rows = [.. ExitCode.All.Select(row => $"| {row.Code} | {row.Meaning} |")];

        Checkout.Read("docs", "guide", "run.md").ShouldContain(
            string.Join('\n', rows.Prepend("|---|---|").Prepend("| code | meaning |")));
        ExitCode.All.Select(row => row.Code).ShouldBe(
            typeof(ExitCode).GetFields().Where(field => field.IsLiteral).Select(field => (int)field.GetRawConstantValue()!));
    }

    [Fact]
    public void Of_EveryFault_IsACodeOfTheTable() =>
        Enum.GetValues<JobFault>().Select(ExitCode.Of).ShouldBe(
            [
                ExitCode.Failed, ExitCode.Usage, ExitCode.NotFound, ExitCode.NothingFeasible, ExitCode.Unavailable, ExitCode.Failed,
                ExitCode.Failed, ExitCode.DataDoubted,
            ]);
}

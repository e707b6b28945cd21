namespace Cluster.EndToEnd;

public class DoctorTests
{
    [Fact]
    public async Task Doctor_ThisMachine_EndsWithOneExactlyWhereSomethingFails()
    {
        using var folder = new WorkFolder();
        var text = await ClusterProcess.RunAsync(folder.Root, "doctor");
        var json = await ClusterProcess.RunAsync(folder.Root, "doctor", "--json");
        var findings = json.Json().EnumerateArray().ToList();
        bool hasFailure = findings.Exists(finding => finding.GetProperty("level").GetString() == "fail");
        json.Code.ShouldBe(hasFailure ? 1 : 0);
        text.Code.ShouldBe(json.Code);
        string[] lines = text.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(findings.Count);
        lines.ShouldAllBe(
            line => line.StartsWith("OK  ", StringComparison.Ordinal)
                || line.StartsWith("WARN", StringComparison.Ordinal)
                || line.StartsWith("FAIL", StringComparison.Ordinal));
    }
}

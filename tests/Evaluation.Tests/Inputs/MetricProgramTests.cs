using Cluster.Storage.Locks;

namespace Cluster.Evaluation.Tests.Inputs;

public sealed class MetricProgramTests : IDisposable
{
    private static readonly MachineLock Machine = new();
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("echo 0.25; true", new[] { 0.25 })]
    [InlineData("printf '1\\n-2e-3\\n 3\\n'; true", new[] { 1, -2e-3, 3 })]
    [InlineData("echo 1, 2, 3; true", new[] { 1.0, 2, 3 })]
    public async Task ScoreAsync_NumbersOnStandardOutput_AreItsAnswer(string command, double[] expected) =>
        (await RunAsync(command)).ShouldBe(expected);

    [Fact]
    public async Task ScoreAsync_FileAndSet_AreItsLastArguments()
    {
        string script = _folder["judge.sh"];
        await File.WriteAllTextAsync(
            script, "[ \"$1\" = --kind ] && [ \"$3\" = 'a file' ] && [ \"$4\" = test ] && echo \"$2\"", Cancellation);

        (await new MetricProgram($"sh '{script}' --kind 7").ScoreAsync("a file", "test", 3, Machine, Cancellation)).ShouldBe([7.0]);
    }

    [Theory]
    [InlineData("echo why >&2; exit 4; true", "ended with exit code 4 and said 'why'")]
    [InlineData("exit 4; true", "ended with exit code 4 and said nothing")]
    [InlineData("no-such-program-here", "ended with exit code 127 and said '")]
    [InlineData("true", "printed 0 words, '', for 3 samples")]
    [InlineData("echo 1 2; true", "printed 2 words, '1 2', for 3 samples")]
    [InlineData("echo 1 nan 2; true", "printed 'nan' as number 2")]
    [InlineData("echo 1e99; true", "printed '1e99' as number 1")]
    [InlineData("echo accuracy; true", "printed 'accuracy' as number 1")]
    public async Task ScoreAsync_AnythingElse_IsToldWithWhatIsExpected(string command, string found)
    {
        string message = (await Should.ThrowAsync<JobException>(() => RunAsync(command))).Message;

        message.ShouldContain($"The command '{command}' {found}");
        message.ShouldEndWith("within 10 minutes, and end with 0; correct --metric-command.");
    }

    [Fact]
    public async Task ScoreAsync_CommandThatHangs_IsEndedWithWhatItStarted()
    {
        var program = new MetricProgram("sleep 600 & sleep 600; true", TimeSpan.FromSeconds(0.5));

        (await Should.ThrowAsync<JobException>(() => program.ScoreAsync("file", "test", 3, Machine, Cancellation))).Message
            .ShouldContain("had not ended after 0.5 s and was stopped");
    }

    [Fact]
    public async Task Judged_ScriptThatChanges_IsAnotherIdentity()
    {
        string script = _folder["judge.sh"];
        await File.WriteAllTextAsync(script, "echo 1", Cancellation);
        string before = MetricFiles.Judged("samples", [], $"sh '{script}'");
        await File.WriteAllTextAsync(script, "echo 2", Cancellation);

        MetricFiles.Judged("samples", [], $"sh '{script}'").ShouldNotBe(before);
        MetricFiles.Judged("others", [], "sh judge.sh").ShouldNotBe(MetricFiles.Judged("samples", [], "sh judge.sh"));
        MetricFiles.Judged("samples", [], "sh judge.sh").ShouldNotBe(MetricFiles.Judged("samples", [], "bash judge.sh"));
        MetricFiles.Judged("samples", [("y", TensorData.FromFloats([1], [1]))], "sh judge.sh")
            .ShouldNotBe(MetricFiles.Judged("samples", [("y", TensorData.FromFloats([1], [2]))], "sh judge.sh"));
        MetricFiles.Judged("samples", [], $"sh '{script}'", isOwn: false)
            .ShouldNotBe(MetricFiles.Judged("samples", [], $"sh '{script}'"), "a server's files are not those of the command");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task<double[]> RunAsync(string command) =>
        new MetricProgram(command).ScoreAsync("file", "evaluation", 3, Machine, Cancellation);
}

using Cluster.Client.Tests.Faking;
using Cluster.Terminal;

namespace Cluster.Client.Tests.Commands;

/// <summary>The same mistake ends with the same code, whatever the remote verb; local ones are tried by the end-to-end tests.</summary>
public sealed class ExitCodeTests
{
    [Theory]
    [InlineData("show")]
    [InlineData("watch")]
    [InlineData("candidates")]
    [InlineData("cancel")]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("delete")]
    [InlineData("fetch", "-o", "nothing-is-fetched")]
    public async Task Verb_JobThatIsNotThere_IsNotFound(string verb, params string[] options)
    {
        await using var server = await FakeServer.StartAsync();

        var run = await ClientRun.OfAsync(server, [verb, "none", .. options]);

        run.Code.ShouldBe(ExitCode.NotFound, run.Error);
    }

    [Theory]
    [InlineData("show", "--frobnicate")]
    [InlineData("watch", "--frobnicate")]
    [InlineData("cordon", "--frobnicate")]
    public async Task Verb_OptionWhereItsArgumentIsExpected_IsUsage(string verb, string option)
    {
        await using var server = await FakeServer.StartAsync();

        var run = await ClientRun.OfAsync(server, verb, option);

        run.Code.ShouldBe(ExitCode.Usage, run.Error);
        run.Error.ShouldContain($"{option} is no option of {verb}.");
    }
}

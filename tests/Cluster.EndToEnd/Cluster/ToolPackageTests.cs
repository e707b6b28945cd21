namespace Cluster.EndToEnd.Cluster;

/// <summary>The commands for a server as a tool of .NET's.</summary>
[Long]
public sealed class ToolPackageTests
{
    [Fact]
    public async Task Tool_PackedAndInstalledFromAFolder_ListsJobsOfAServer()
    {
        _ = BuiltProgram.Require("Client");
        using var folder = new WorkFolder();
        await DotnetAsync(folder, "pack", Checkout.At("src", "Client"), "--no-build", "-c", "Debug", "-o", folder["packages"]);
        await DotnetAsync(folder, "tool", "install", "Cluster.Client", "--tool-path", folder["tools"], "--add-source", folder["packages"]);
        await using var silo = await new SiloProcess(folder.Root).StartedAsync();

        var listed = await OtherProgram.RunAsync(folder["tools/cluster"], ["list", "--server", silo.Address]);

        listed.Code.ShouldBe(ExitCode.Done, listed.Error);
        listed.Output.ShouldBe("no jobs\n");
    }

    // Of a folder of packages of its own: a tool of the same version that was installed before is not taken from this user's.
    private static async Task DotnetAsync(WorkFolder folder, params string[] arguments)
    {
        var run = await OtherProgram.RunAsync(
            Checkout.Program("dotnet")!,
            arguments,
            new Dictionary<string, string> { ["NUGET_PACKAGES"] = folder["nuget"], ["DOTNET_NOLOGO"] = "1" });
        run.Code.ShouldBe(0, run.Output + run.Error);
    }
}

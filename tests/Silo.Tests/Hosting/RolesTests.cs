namespace Cluster.Silo.Tests.Hosting;

public sealed class RolesTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Silo_ThatOnlyCoordinates_HasNoSlotsAndReadsNoFilesItself()
    {
        await using var silo = await SiloHost.BuildAsync(
            new SiloOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                DataFolder = _folder["data"],
                Roles = SiloRoles.Coordinator,
                Devices = [],
            },
            Token);

        silo.Services.GetRequiredService<INodeHost>().Slots.ShouldBeEmpty();
    }

    [Fact]
    public async Task Silo_ThatEnds_EndsItsSlots()
    {
        var silo = await SiloHost.BuildAsync(
            new SiloOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                DataFolder = _folder["data"],
                Worker = folders => new InProcessWorker(folders),
            },
            Token);
        var slots = silo.Services.GetRequiredService<INodeHost>();

        await silo.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(
            () => slots.ExecuteAsync(0, SyntheticJobs.Entry("synthetic:groups=8,ms=0"), new PrepareItem(), [], Token));
    }

    [Fact]
    public async Task Silo_ThatOnlyCoordinates_LoadsNoLibtorch()
    {
        var start = new ProcessStartInfo(
            SiloProgram.Find(), ["silo", "--roles", "coordinator", "--listen", "127.0.0.1:0", "--data-dir", _folder["data"]])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var silo = Process.Start(start)!;
        var said = string.Empty;
        while (await silo.StandardOutput.ReadLineAsync(Token) is { } line && !said.Contains("listening", StringComparison.Ordinal))
        {
            said = line;
            if (said.Contains("listening", StringComparison.Ordinal))
            {
                (await File.ReadAllTextAsync($"/proc/{silo.Id}/maps", Token)).ShouldNotContain("libtorch");
                Signals.Send(silo.Id, Signals.Terminate).ShouldBeTrue();
            }
        }

        said.ShouldContain("no slots");
        await silo.WaitForExitAsync(Token);
        silo.ExitCode.ShouldBeOneOf(ExitCode.Done, ExitCode.Interrupted);
    }
}

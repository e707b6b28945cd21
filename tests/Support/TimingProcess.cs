namespace Cluster.Tests;

/// <summary>A process that wants the machine to itself, as a timing does: util-linux's flock on the two files of a machine lock.</summary>
public sealed class TimingProcess : IDisposable
{
    private const string Once = """exec 8<>"$1.gate" 9<>"$1"; flock -x 8; flock -x 9; flock -u 8; echo timing; exec cat""";

    // What it writes is whole in a file that others write too: a line each, appended.
    private const string Forever = """
        exec 8<>"$1.gate" 9<>"$1"
        while :; do flock -x 8; flock -x 9; flock -u 8; echo "$3 begins" >>"$2"; echo "$3 ends" >>"$2"; flock -u 9; done
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private TimingProcess(string script, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/flock"), "needs flock of util-linux");
        _process = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script, "timing", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    /// <summary>Waits for the machine, says so when it has it, and keeps it until <see cref="End"/>.</summary>
    /// <param name="path">The lock's path.</param>
    public static TimingProcess Start(string path) => new(Once, path);

    /// <summary>Has the machine again and again until it is disposed.</summary>
    /// <param name="path">The lock's path.</param>
    /// <param name="log">Gets "NAME begins" and "NAME ends", a line each time.</param>
    /// <param name="name">Its name in the log.</param>
    public static TimingProcess StartForever(string path, string log, string name) => new(Forever, path, log, name);

    /// <summary>Waits until it has the machine.</summary>
    public async Task HasItAsync() => (await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience)).ShouldBe("timing");

    /// <summary>Lets it end as soon as it has the machine.</summary>
    public void End() => _process.StandardInput.Close();

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}

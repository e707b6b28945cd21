namespace Cluster.Networks.Tests.Runtimes;

public sealed class OrtRuntimeTests
{
    [Fact]
    public void Start_IsThePackageWithTheProcessorsProvider()
    {
        Version.TryParse(OrtRuntime.Version, out Version? version).ShouldBeTrue();
        version.ShouldBeGreaterThanOrEqualTo(new Version(1, 31));
        OrtRuntime.Providers.ShouldContain("CPUExecutionProvider");
    }

    // It keeps its events and an identifier of the machine in a database below the user's home.
    [Fact]
    public void Start_Telemetry_HasNoDatabase()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The open files of a process are read as Linux tells them.");
        _ = OrtRuntime.Version;

        Directory.EnumerateFiles("/proc/self/fd")
            .Select(file => new FileInfo(file).LinkTarget ?? string.Empty)
            .ShouldNotContain(target => target.Contains("onnxruntime.db", StringComparison.Ordinal));
    }
}

namespace Cluster.Silo.Tests.Workers;

public sealed class MemoryShareTests : IDisposable
{
    private const long Gib = 1L << 30;
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 10 * Gib, null, 9 * Gib)]
    [InlineData(3, 10 * Gib, null, 3 * Gib)]
    [InlineData(2, 100 * Gib, 10 * Gib, 9 * Gib / 2)]
    [InlineData(2, 10 * Gib, 100 * Gib, 9 * Gib / 2)]
    [InlineData(64, 10 * Gib, null, Gib)]
    [InlineData(4, null, null, 0)]
    public void Of_SlotsOnAMachine_IsAnEqualPartOfNineTenths(int slots, long? machine, long? group, long expected) =>
        MemoryShare.Of(slots, machine, group).ShouldBeInRange(Math.Max(0, expected - 16), expected);

    [Fact]
    public void OfGroup_GroupsWithinGroups_IsTheNarrowestLimit()
    {
        Write("a/b/memory.max", "max\n");
        Write("a/memory.max", $"{4 * Gib}\n");
        Write("memory.max", $"{8 * Gib}\n");

        MemoryShare.OfGroup(_folder.Root, "/a/b").ShouldBe(4 * Gib);
        MemoryShare.OfGroup(_folder.Root, "/").ShouldBe(8 * Gib);
        MemoryShare.OfGroup(_folder.Root, "/elsewhere").ShouldBe(8 * Gib, "groups that are not there have no limit");
    }

    [Fact]
    public void OfGroup_WithoutGroups_IsNone() => MemoryShare.OfGroup(_folder["nothing"], "/a").ShouldBeNull();

    [Theory]
    [InlineData("0::/system.slice/cluster.service\n", "/system.slice/cluster.service")]
    [InlineData("12:memory:/docker/1\n0::/docker/1\n", "/docker/1")]
    [InlineData("12:memory:/docker/1\n", "/")]
    public void GroupIn_ProcText_IsVersionTwo(string text, string expected) => MemoryShare.GroupIn(text).ShouldBe(expected);

    [Fact]
    public void Of_ThisMachine_IsLessThanItHas() =>
        MemoryShare.Of(1).ShouldBeInRange(MemoryShare.Least, SystemMemory.Total() ?? long.MaxValue);

    [Fact]
    public async Task Child_NoLimit_IsKilledFirstByKernel()
    {
        Assert.SkipUnless(MayChoose(), "this system lets no process say that it is to be ended first");
        await using var worker = new ChildProcessWorker(Children.Options(_folder));
        var job = SyntheticJobs.Entry("synthetic:groups=2");
        await worker.PrepareAsync(job.Inputs, job.Spec.Options, TestContext.Current.CancellationToken);

        var score = await File.ReadAllTextAsync($"/proc/{worker.ProcessId}/oom_score_adj", TestContext.Current.CancellationToken);
        score.Trim().ShouldBe("500");
    }

    private static bool MayChoose()
    {
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", File.ReadAllText("/proc/self/oom_score_adj").Trim());
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], text);
    }
}

namespace Cluster.Evaluation.Tests.Artefacts;

public sealed class RecentArtefactsTests
{
    private readonly List<string> _built = [];

    [Fact]
    public void Get_WithinTheLimit_EachIsBuiltOnce()
    {
        var recent = new RecentArtefacts(30);
        foreach (string key in (string[])["a", "b", "c", "a", "b", "c"])
        {
            Get(recent, key).File.Message[0].ShouldBe((byte)key[0]);
        }

        _built.ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public void Get_BeyondLimit_EvictsLeastRecentlyUsed()
    {
        var recent = new RecentArtefacts(25);
        foreach (string key in (string[])["a", "b", "a", "c", "a", "b"])
        {
            Get(recent, key);
        }

        _built.ShouldBe(["a", "b", "c", "b"]);
    }

    [Fact]
    public void Get_LargerThanTheLimit_TheLastOneIsKept()
    {
        var recent = new RecentArtefacts(1);
        Get(recent, "a");
        Get(recent, "a");

        _built.ShouldBe(["a"]);
    }

    [Fact]
    public void Get_BuildFails_NextCallTriesAgain()
    {
        var recent = new RecentArtefacts(30);
        Should.Throw<InvalidOperationException>(() => recent.Get("a", _ => throw new InvalidOperationException("no")));

        Get(recent, "a").File.Length.ShouldBe(10);
    }

    [Fact]
    public async Task Get_ManyAtOnce_OneBuildsAndAllHaveIt()
    {
        var recent = new RecentArtefacts(30);
        var token = TestContext.Current.CancellationToken;
        var found = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Get(recent, "a"), token)));

        found.Distinct().ShouldHaveSingleItem();
        _built.ShouldBe(["a"]);
    }

    private BuiltArtefact Get(RecentArtefacts recent, string key) => recent.Get(key, _ =>
    {
        lock (_built)
        {
            _built.Add(key);
        }

        return new BuiltArtefact(ModelFile.Of([(byte)key[0], .. new byte[9]]), Network: null);
    });
}

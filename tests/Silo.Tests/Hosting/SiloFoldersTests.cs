using Cluster.Plans;

namespace Cluster.Silo.Tests.Hosting;

public sealed class SiloFoldersTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public SiloFoldersTests()
    {
        foreach (string name in new[] { "silo", "store", "images" })
        {
            Directory.CreateDirectory(_folder[name]);
        }

        File.WriteAllText(_folder["token"], "secret");
        File.CreateSymbolicLink(_folder["alias"], _folder["silo"]);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("none")]
    [InlineData("token")]
    public void RequireShareable_NoFolder_IsRefused(string shared) =>
        Should.Throw<JobException>(() => Sharing(shared).RequireShareable()).Message
            .ShouldBe($"--shared-data is '{_folder[shared]}', which is not a folder: name one that is there.");

    [Theory]
    [InlineData("silo", "silo")]
    [InlineData("alias", "silo")]
    [InlineData("store", "store")]
    [InlineData(".", "silo")]
    public void RequireShareable_FolderThatHoldsTheSilosOwn_IsRefused(string shared, string held) =>
        Should.Throw<JobException>(() => Sharing("images", shared).RequireShareable()).Message.ShouldBe(
            $"--shared-data is '{_folder[shared]}', which holds '{_folder[held]}' of the silo itself: name a folder of data alone.");

#pragma warning disable CA1416 // The program is for Linux.
    [Fact]
    public void MakeRoot_NewFolder_IsItsUsersAloneAndOneThatIsThereStaysAsItIs()
    {
        var made = new SiloFolders(Options() with { DataFolder = _folder["new/data"] });
        made.MakeRoot();
        File.GetUnixFileMode(made.Root).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        made.OpenRoot.ShouldBeNull();

        var mode = File.GetUnixFileMode(_folder["silo"]) | UnixFileMode.OtherRead;
        File.SetUnixFileMode(_folder["silo"], mode);
        var there = new SiloFolders(Options());
        there.MakeRoot();
        File.GetUnixFileMode(there.Root).ShouldBe(mode);
        there.OpenRoot.ShouldBe(_folder["silo"]);
        StartChecks.Warnings(Options()).ShouldHaveSingleItem().ShouldContain($"may read '{_folder["silo"]}'");
    }

    [Fact]
    public async Task Warnings_OpenFolderOfAnotherUser_AreNone()
    {
        // A volume of Kubernetes is root's, and its pod may not change its mode.
        string folder = _folder["silo"];
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        if (Environment.IsPrivilegedProcess)
        {
            (await OtherProgram.RunAsync("chown", ["10001", folder])).Code.ShouldBe(0);
        }
        else
        {
            folder = "/usr";
        }

        StartChecks.Warnings(Options() with { DataFolder = folder }).ShouldBeEmpty();
    }
#pragma warning restore CA1416

    [Fact]
    public void MakeRoot_BehindAFile_IsRefusedWithItsName() =>
        Should.Throw<JobException>(new SiloFolders(Options() with { DataFolder = _folder["token/data"] }).MakeRoot).Message
            .ShouldContain($"The data folder '{_folder["token/data"]}' cannot be made");

    [Fact]
    public void RequireShareable_FolderOfTheToken_IsRefused()
    {
        Directory.CreateDirectory(_folder["keys"]);
        File.Move(_folder["token"], _folder["keys/token"]);
        var folders = new SiloFolders(Options("keys") with { TokenFile = _folder["keys/token"] });

        Should.Throw<JobException>(folders.RequireShareable).Message.ShouldContain(_folder["keys/token"]);
    }

    private SiloFolders Sharing(params string[] names) => new(Options(names));

    private SiloOptions Options(params string[] names) => new()
    {
        Listen = new IPEndPoint(IPAddress.Loopback, 0),
        DataFolder = _folder["silo"],
        Artefacts = _folder["store"],
        TokenFile = _folder["token"],
        SharedData = [.. names.Select(name => _folder[name])],
        Devices = ["cpu"],
    };
}

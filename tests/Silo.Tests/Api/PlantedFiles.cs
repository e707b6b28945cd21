namespace Cluster.Silo.Tests.Api;

/// <summary>
/// A server's disk: its own folder, a secret beside it, a shared folder with good data, with bad files, and with links
/// that lead out. Everything that must not be told holds <see cref="Secret"/>.
/// </summary>
internal sealed class PlantedFiles : IDisposable
{
    public const string Secret = "planted-secret-7f3a";
    public const string Variable = "CLUSTER_PLANTED_PASSWORD";

    private readonly WorkFolder _folder = new();

    public PlantedFiles()
    {
        Environment.SetEnvironmentVariable(Variable, Secret);
        Directory.CreateDirectory(Shared);
        Directory.CreateDirectory(Outside);
        File.WriteAllText(Path.Combine(Outside, "secret.csv"), $"{Secret},first line\n{Secret}\n");
        TinyNetwork.Write(Outside);
        TinyNetwork.Write(Shared);
        File.Move(Path.Combine(Outside, "images-idx3-ubyte"), Path.Combine(Outside, "private-images"));
        File.Copy(Path.Combine(Outside, "secret.csv"), Path.Combine(Shared, "bad.csv"));
        File.WriteAllText(Path.Combine(Shared, "rows.csv"), $"label,file\n{Secret},a.jpg\n");
        File.WriteAllText(Path.Combine(Shared, "names.csv"), $"label,file\n0,{Secret}.jpg\n");
        Directory.CreateDirectory(Path.Combine(Shared, "images"));
        File.WriteAllText(Path.Combine(Shared, "images", "a.jpg"), Secret);
        Directory.CreateDirectory(Path.Combine(Shared, "linked"));
        Link("linked/a.jpg", Path.Combine(Outside, "secret.csv"));
        File.WriteAllText(Path.Combine(Shared, "linked", "list.csv"), "label,file\n0,a.jpg\n");
        Link("file-out", Path.Combine(Outside, "private-images"));
        Link("relative-out", "../outside/private-images");
        Link("folder-out", Outside);
        Link("chain", "file-out");
        Link("loop", "loop");
        Link("system", "/proc/self");
        Link("inside", "images-idx3-ubyte");
    }

    public string Root => _folder.Root;

    public string Data => _folder["server-data"];

    public string Shared => _folder["shared"];

    public string Outside => _folder["outside"];

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        _folder.Dispose();
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(Path.Combine(Shared, name), target);
}

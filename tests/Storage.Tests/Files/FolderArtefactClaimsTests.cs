namespace Cluster.Storage.Tests.Files;

public sealed class FolderArtefactClaimsTests : ArtefactClaimsConformance, IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override Task<IArtefactClaims> OpenAsync() => Task.FromResult<IArtefactClaims>(new FolderArtefactClaims(_folder.Root));
}

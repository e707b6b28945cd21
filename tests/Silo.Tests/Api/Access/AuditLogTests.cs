using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api.Access;

public sealed class AuditLogTests
{
    [Fact]
    public void Subject_OfAProof_NamesBothJobs()
    {
        var proved = new ProveJobRequest { Name = "jobs/winner" };

        AuditLog.Subject(proved, new Job { Name = "jobs/proof" }).ShouldBe("jobs/winner as jobs/proof");
        AuditLog.Subject(proved, response: null).ShouldBe("jobs/winner", "it was refused");
        AuditLog.Subject(request: null, new UploadArtefactResponse { Artefact = new Artefact { Name = "artefacts/a" } })
            .ShouldBe("artefacts/a");
    }
}

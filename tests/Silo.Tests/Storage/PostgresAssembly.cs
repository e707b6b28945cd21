[assembly: AssemblyFixture(typeof(Cluster.Silo.Tests.Storage.PostgresFixture))]

"""A made-up copy of Topology: two institutions, two projects, two sites, and one oddity of each kind that is known."""

from collections.abc import Mapping
from pathlib import Path

FILES: Mapping[str, str] = {
    "mappings/institution_ids.yaml": """
        - name: "North University"
          id: "https://ids.test/iid/north"
        - name: "No id"
    """,
    "mappings/field_of_science.yaml": """
        '26.1310': Ecology and Evolution
        '40.0801': Physics, General
        '40.0806': Nuclear Physics
        '11.0701': Computer Science
    """,
    "mappings/nsfscience.yaml": '"Physics": "Physics"\n',
    "mappings/project_institution.yaml": 'South: "South College"\n',
    "projects/North_Ada.yaml": """
        PIName: Ada Example
        Organization: North University
        FieldOfScience: Physics
        FieldOfScienceID: '40.08'
        InstitutionID: https://ids.test/iid/north
        Sponsor:
          CampusGrid:
            Name: Some Grid
        ResourceAllocations:
          - Type: Other
            ExecuteResourceGroups:
              - GroupName: North-Cluster
                LocalAllocationID: 007
    """,
    "projects/South_Ben.yaml": """
        PIName: 'Ben  Example '
        Organization: South College
        FieldOfScience: Ecology
        FieldOfScienceID: 26.131
        InstitutionID: https://ids.test/iid/0123e4
    """,
    "projects/South_Cy.yaml": """
        PIName: Cy Example
        Name: Cyclone
        Organization: The South College
        FieldOfScience: Computing
        FieldOfScienceID: 11.0701a
        InstitutionID: https://ids.test/iid/0123e4
        InstitutionID: https://ids.test/iid/0123e4
    """,
    "projects/_CAMPUS_GRIDS.yaml": "Some Grid: 1\n",
    "projects/NoSuffix": "PIName: Dee Example\n",
    "topology/North University/FACILITY.yaml": "ID: 1\nInstitutionID: https://ids.test/iid/north\n",
    "topology/North University/North/SITE.yaml": "ID: 2\n",
    "topology/North University/North/North-Cluster.yaml": """
        Production: true
        Resources:
          North-CE1:
            FQDN: ce1.north.test
            Active: true
          North-CE2:
            FQDN: ce2.north.test
    """,
    "topology/North University/North/North-Cluster_downtime.yaml": """
        - Class: SCHEDULED
          ID: 1e5
          Description: New floor
          Severity: Outage
          StartTime: Nov 01, 2026 08:00 +0000
          EndTime: Nov 2, 2026 09:30 -0600
          ResourceName: North-CE1
        - Class: UNSCHEDULED
          ID: 8
          StartTime: Nov 03, 2026 08:00 +0000
          EndTime: Nov 02, 2026 08:00 +0000
          ResourceName: North-CE1
        - Class: UNSCHEDULED
          ID: 9
          StartTime: some day
          EndTime: Nov 02, 2026 08:00 +0000
          ResourceName: North-CE1
    """,
    "topology/South College/FACILITY.yaml": "ID: 3\n",
    "topology/South College/South/SITE.yaml": "ID: 4\n",
    "topology/South College/South/South-Empty.yaml": "Production: true\nResources:\n",
}


def write(folder: Path, **changed: str | None) -> Path:
    """The files in a folder; `changed`: other text by path, None for a file that is not there."""
    from textwrap import dedent

    for name, text in {**FILES, **changed}.items():
        if text is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), "utf-8")
    return folder
